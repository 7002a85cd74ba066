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
    let isWhole = head.bytes.count < ContentHead.limit
    _ = try? head.bytes.withUnsafeBytes { try scanner.scan($0, isLast: isWhole, into: nil) }
    if let header = scanner.claims.dumps.first {
      // What MariaDB calls itself for old clients is no version (MariaDB, sql/mysqld.cc, RPL_VERSION_HACK).
      let version = header.serverVersion.map { $0.hasPrefix("5.5.5-1") ? String($0.dropFirst(6)) : $0 }
      needs.version = version.map { UntrustedText.line($0, limit: 60) }
      needs.source = needs.version == nil ? nil : "the dump's header"
    }
    let engines = Set(scanner.claims.needs.filter { $0.kind == .engine }.map { $0.name.lowercased() })
      .subtracting(ServerTarget.builtInEngines(.mysql)).subtracting(ServerTarget.builtInEngines(.mariadb))
    needs.parts = engines
    needs.features =
      features(head.bytes) + engines.sorted().map { "the storage engine \(UntrustedText.line($0, limit: 40))" }
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
