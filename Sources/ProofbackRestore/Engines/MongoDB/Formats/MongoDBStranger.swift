import ProofbackCore

/// A file beside mongodump's that mongodump does not write: a note, or a backup that was not tested.
enum MongoDBStranger {
  static func finding(of member: ReplayedMember) -> Finding {
    let name = UntrustedText.line(member.name, limit: 120)
    if let format = MongoDBRecogniser.format(of: member.head), !format.isExport,
      MongoDBRecogniser.isCertain(format, member.head)
    {
      return RunFindings.mixed.finding("\(name) is a \(format.rawValue), which was not tested beside the folder")
    }
    if MongoDBMemberName.withoutLayers(member.name).hasSuffix(".archive") {
      return MongoDBFindings.memberDamaged.finding("\(name) is named like a backup, and its bytes are none")
    }
    return MongoDBFindings.memberUnknown.finding("\(name) is no file of mongodump's")
  }
}
