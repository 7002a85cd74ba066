import ProofbackCore

extension SQLiteExamination {
  /// Adds what was measured of one file.
  /// - Parameter name: of the file, in front of what is in it, as it may be shown; empty where there is only one.
  func measure(_ name: String, into profile: inout DatabaseProfile) {
    profile.databases.insert(name)
    for table in tables where !table.name.hasPrefix("sqlite_") && !table.isVirtual && table.fault == nil {
      guard table.rows != nil else { continue }
      let shown = UntrustedText.line(table.name)
      let columns = objects.filter { $0.kind == "column" && $0.table == shown }
      let measured = table.profile ?? TableProfile(rows: table.rows ?? 0)
      profile.tables.append(
        measured.named(
          database: name, name: shown, columns: columns.map { String($0.name.dropFirst(shown.count + 1)) }))
    }
    profile.objects += objects.map { object in
      var object = object
      if !name.isEmpty {
        object.name = "\(name).\(object.name)"
        object.table = object.table.map { "\(name).\($0)" }
      }
      return object
    }
  }
}
