/// Options that fit the server to the backup's files. Of the backup's own settings only those are used that its files can't
/// be opened without, and only when they are what they should be.
struct PhysicalOptions {
  var contents: PhysicalContents
  var flavour: ServerFlavour

  /// What preparing tool and server must know of the files.
  var layout: [String] {
    var options = ["--innodb-data-file-path=\(dataFilePath)"]
    if let size = contents.facts.pageSize { options.append("--innodb-page-size=\(size)") }
    if flavour == .mariadb {
      let files = contents.sizes.keys.count { $0.wholeMatch(of: /undo[0-9]{3}/) != nil }
      options.append("--innodb-undo-tablespaces=\(contents.facts.undoTablespaces ?? files)")
    }
    return options
  }

  /// Nothing of the source's is started: no replication, no plug-ins of its own, nothing outside of the folder.
  var closed: [String] {
    switch flavour {
    case .mariadb: ["--skip-slave-start", "--skip-symbolic-links"]
    case .mysql: ["--skip-replica-start", "--persisted-globals-load=OFF"]
    }
  }

  /// As the source said it; else all files that are there, of which the last may grow.
  private var dataFilePath: String {
    if let path = contents.facts.dataFilePath { return path }
    let files = contents.sizes.compactMap { name, size in
      name.wholeMatch(of: /ibdata([0-9]{1,3})/).flatMap { Int($0.output.1) }.map { (number: $0, megabytes: size >> 20) }
    }.sorted { $0.number < $1.number }
    guard let last = files.last else { return "ibdata1:4M:autoextend" }
    let whole = files.dropLast().map { "ibdata\($0.number):\($0.megabytes)M;" }.joined()
    return whole + "ibdata\(last.number):\(max(1, min(4, last.megabytes)))M:autoextend"
  }

  /// What mariadb-backup reads in the folder that it prepares, instead of the one that came.
  var preparing: String { "[mysqld]\n" + layout.map { $0.dropFirst(2) + "\n" }.joined() }
}
