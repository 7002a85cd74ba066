import ProofbackCore

/// The command line of a server that lives for minutes: no durability, no network, no binary log, and nothing that an
/// import of another server's dump would stumble over.
struct MySQLServerOptions {
  var flavour: ServerFlavour
  var memoryBytes: UInt64
  var diskBytes: UInt64
  /// Options that load storage engines.
  var engines: [String] = []
  static let socketName = "s.sock"

  /// Options shared by preparing the template and serving: they fix the layout of the files. MySQL takes no less than
  /// 12 MB for a tablespace.
  static func layout(_ flavour: ServerFlavour) -> [String] {
    let megabytes = flavour == .mysql ? 12 : 4
    return [
      "--innodb-data-file-path=ibdata1:\(megabytes)M:autoextend",
      "--innodb-temp-data-file-path=ibtmp1:\(megabytes)M:autoextend", "--innodb-autoextend-increment=4",
      "--skip-log-bin", "--skip-name-resolve",
    ]
  }

  /// MySQL's: no keys and certificates for connections that nobody makes. Older versions don't know all of them.
  static let withoutKeys = [
    "--loose-auto-generate-certs=OFF", "--loose-sha256-password-auto-generate-rsa-keys=OFF",
    "--loose-caching-sha2-password-auto-generate-rsa-keys=OFF",
  ]

  /// No write has to outlive the sandbox.
  static let fleeting = [
    "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
    "--innodb-buffer-pool-dump-at-shutdown=0", "--innodb-buffer-pool-load-at-startup=0",
  ]

  /// - Parameter withoutGrants: no accounts are read at all; for looking at what a dump of the `mysql` schema left.
  func arguments(data: String, socket: String, withoutGrants: Bool = false) -> [String] {
    let megabyte: UInt64 = 1 << 20
    let pool = max(64, min(memoryBytes / 4 / megabyte, 8192))
    let heap = max(64, memoryBytes / 4 / megabyte)
    return
      ["--no-defaults", "--datadir=\(data)", "--socket=\(socket)", "--skip-networking", "--tmpdir=\(data)"]
      + ["--pid-file=\(data)/server.pid", "--innodb-buffer-pool-size=\(pool)M"]
      // MEMORY tables are part of the dump: what they may hold is bounded by the sandbox, not by a default of 16 MB.
      + ["--max-heap-table-size=\(heap)M", "--max-allowed-packet=1G", "--max-connections=20"]
      // Names, not values: nothing outside of the data folder can be read or written by a statement, and nothing in it.
      + ["--secure-file-priv=/usr/share", "--local-infile=0", "--event-scheduler=OFF"]
      + [
        "--innodb-strict-mode=OFF", "--sql-mode=", "--performance-schema=OFF",
        "--loose-log-bin-trust-function-creators=1",
      ]
      + Self.layout(flavour) + Self.fleeting + flavourArguments
      + ["--innodb-fast-shutdown=2"] + (withoutGrants ? ["--skip-grant-tables"] : [])
  }

  /// Megabytes of redo log: a small disk must have room for the data.
  private var redoLog: UInt64 { max(8, min(256, diskBytes / (8 << 20))) }

  /// Storage engines that come with the server's package and are not loaded by themselves.
  static func engines(_ system: any SandboxSystem) async -> [String] {
    await system.existing(["ha_archive.so", "ha_blackhole.so"].map { "/usr/lib/mysql/plugin/\($0)" }).map { path in
      "--plugin-load-add=\(path.split(separator: "/").last ?? "")"
    }
  }

  private var flavourArguments: [String] {
    switch flavour {
    case .mariadb:
      [
        "--innodb-log-file-size=\(redoLog)M", "--innodb-flush-method=nosync", "--aria-pagecache-buffer-size=32M",
        "--key-buffer-size=32M", "--log-warnings=1", "--character-set-server=utf8mb4",
      ] + engines
    case .mysql:
      // The redo log's size has another name before 8.0.30, and MySQL's X protocol is not in 5.7.
      [
        "--loose-innodb-redo-log-capacity=\(redoLog)M", "--innodb-flush-method=O_DIRECT_NO_FSYNC", "--loose-mysqlx=OFF",
        "--log-error-verbosity=2", "--character-set-server=utf8mb4",
      ] + Self.withoutKeys
    }
  }
}
