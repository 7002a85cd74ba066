import ProofbackCore

/// What mariadb-install-db gives to the server (scripts/mysql_install_db.sh), without the help tables.
///
/// In pieces of what was read: the time zones alone are some 5 MB, and each copy would count in the worker's memory.
struct MariaDBBootstrap {
  var system: any SandboxSystem

  /// Statements, each piece whole lines, in their order.
  func statements() async -> [ArraySlice<UInt8>] { await schema() + timeZones() }

  private func schema() async -> [ArraySlice<UInt8>] {
    let files = [
      "mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data", "maria_add_gis_sp_bootstrap",
      "mysql_sys_schema",
    ]
    let folders = ["/usr/share/mysql", "/usr/share/mariadb"]
    let paths = files.flatMap { file in folders.map { "\($0)/\(file).sql" } }
    let there = await system.existing(paths)
    var pieces = [Self.lines("CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n")]
    for file in files {
      guard let path = there.first(where: { $0.hasSuffix("/\(file).sql") }), let text = await system.contents(of: path)
      else { continue }
      pieces += [text[...], Self.lines("\n")]
    }
    return pieces
  }

  /// Events of dumps name the zone of their makers. From the system's own zone files, without the tool's care for clusters.
  private func timeZones() async -> [ArraySlice<UInt8>] {
    var tool = await system.find("mariadb-tzinfo-to-sql")
    if tool == nil { tool = await system.find("mysql_tzinfo_to_sql") }
    guard let tool, let output = await system.output(of: tool, ["/usr/share/zoneinfo"], limit: 32 << 20) else {
      return []
    }
    // Without a log of each row, which every run would copy.
    let tables = ["time_zone", "time_zone_name", "time_zone_transition", "time_zone_transition_type"]
    let unlogged = tables.map { "ALTER TABLE mysql.\($0) TRANSACTIONAL=0;\n" }.joined()
    return [Self.lines(unlogged + "USE mysql;\n")] + Self.withoutClusters(output) + [Self.lines("\n")]
  }

  /// The text's lines but for those that look after a cluster: what is between them, uncopied.
  static func withoutClusters(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    let ofClusters = ["set @wsrep", "execute immediate", "SET STATEMENT"].map { Array($0.utf8) }
    var pieces: [ArraySlice<UInt8>] = []
    var kept = 0
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
      if ofClusters.contains(where: { text[start..<end].starts(with: $0) }) {
        if kept < start { pieces.append(text[kept..<start]) }
        kept = end
      }
      start = end
    }
    if kept < text.count { pieces.append(text[kept...]) }
    return pieces
  }

  private static func lines(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
}
