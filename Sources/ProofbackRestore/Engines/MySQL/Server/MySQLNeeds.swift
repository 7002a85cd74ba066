import ProofbackCore

/// What a backup of MySQL's or MariaDB's says of its server before it is restored.
enum MySQLNeeds {
  static func read(_ head: ContentHead, _ type: DatabaseType) -> BackupNeeds {
    var needs = BackupNeeds(type: type)
    if PhysicalRecogniser.recognise(head) != nil {
      var facts = PhysicalFacts()
      for name in (head.memberNames ?? []).prefix(1) { facts.take(name, head.bytes) }
      needs.version = facts.serverVersion.map { UntrustedText.line($0, limit: 60) }
      needs.source = needs.version == nil ? nil : "the backup's own notes"
      return needs
    }
    // Scanned for a server that has everything: what it lacks is not asked here.
    var scanner = SQLDumpScanner(
      target: ServerTarget(
        flavour: type.rawValue == "mariadb" ? .mariadb : .mysql, version: ServerVersion(0), engines: []))
    _ = try? head.bytes.withUnsafeBytes { try scanner.scan($0, isLast: false, into: nil) }
    guard let header = scanner.claims.dumps.first else { return needs }
    needs.version = header.serverVersion.map { UntrustedText.line($0, limit: 60) }
    needs.source = needs.version == nil ? nil : "the dump's header"
    needs.features = features(head.bytes)
    return needs
  }

  /// What a server must be set up for, as the dump's first statements say it.
  private static func features(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    let marks = [
      ("GTIDs", "GTID_PURGED"), ("lower_case_table_names", "lower_case_table_names"), ("plug-ins", "INSTALL PLUGIN"),
    ]
    return marks.filter { text.contains($0.1) }.map(\.0)
  }
}
