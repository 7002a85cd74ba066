import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// What is started in the sandbox: MongoDB's own server where it is installed, else a stand-in that speaks its
/// protocol over its storage engine.
enum MongoDBServer: Equatable {
  case mongod(path: String)
  /// SecantusDB's Python packages, and the programs that it needs.
  case standIn(packages: String, python: String, forwarder: String)

  /// The version that was measured; pre-releases change their ways.
  static let standInVersion = "SecantusDB==0.7.0b3"

  static let missing =
    "mongod, from MongoDB's own packages (https://www.mongodb.com/docs/manual/administration/install-on-linux/), or "
    + "SecantusDB, which stands in for it"

  /// Installs the stand-in.
  static let remedy =
    "apt-get install python3-venv socat && /usr/bin/python3 -m venv /opt/proofback/secantusdb && "
    + "/opt/proofback/secantusdb/bin/pip install \(standInVersion)"

  /// - Parameter environments: Python virtual environments in which the stand-in may lie.
  static func find(environments: [String], in system: any SandboxSystem) async -> MongoDBServer? {
    if let path = await system.find("mongod") { return .mongod(path: path) }
    guard let python = await system.find("python3"), let forwarder = await system.find("socat") else { return nil }
    for environment in environments {
      if let packages = await packages(in: environment, system) {
        return .standIn(packages: packages, python: python, forwarder: forwarder)
      }
    }
    return nil
  }

  /// `VENV/lib/python3.11/site-packages`, when SecantusDB is in it.
  private static func packages(in environment: String, _ system: any SandboxSystem) async -> String? {
    let libraries = environment + "/lib"
    let versions = await system.names(in: libraries)
    let mark = "/secantus/server.py"
    return await system.first(versions.map { "\(libraries)/\($0)/site-packages\(mark)" }).map {
      String($0.dropLast(mark.count))
    }
  }

  /// Where a virtual environment is looked for: the system's place, and `.venv` beside or above this program.
  static var usualEnvironments: [String] {
    var places = ["/opt/proofback/secantusdb"]
    var folder = FilePath((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/")
    for _ in 0..<5 {
      folder.removeLastComponent()
      places.append(folder.appending(".venv").string)
    }
    return places
  }

  /// The socket's path as programs inside the sandbox see it.
  func socket(in exchange: FilePath) -> FilePath {
    switch self {
    // The name is mongod's: `mongodb-PORT.sock`.
    case .mongod: exchange.appending("mongodb-27017.sock")
    case .standIn: exchange.appending("mongo.sock")
    }
  }

  func program(data: FilePath, exchange: FilePath, memoryBytes: UInt64) -> SandboxProgram {
    switch self {
    case .mongod(let path):
      SandboxProgram(
        name: "mongod", executable: FilePath(path),
        arguments: Self.arguments(data: data, exchange: exchange, memoryBytes: memoryBytes), role: .server,
        origin: .dbms)
    case .standIn(let packages, let python, let forwarder):
      SandboxProgram(
        name: "secantusdb", executable: FilePath(python),
        arguments: [
          "-B", "-c", Self.starter, data.string, socket(in: exchange).string, forwarder,
          "\(Self.cacheBytes(memoryBytes) >> 20)M",
        ],
        environment: ["LC_ALL": "C.UTF-8", "PYTHONPATH": packages, "HOME": data.string, "OPENBLAS_NUM_THREADS": "1"],
        reads: [FilePath(packages), FilePath(forwarder), FilePath(Self.resolved(forwarder))], role: .server,
        origin: .dbms)
    }
  }

  /// For a life of minutes, without network: the loopback is the sandbox's own. Server-side JavaScript stays off,
  /// expired documents stay.
  private static func arguments(data: FilePath, exchange: FilePath, memoryBytes: UInt64) -> [String] {
    let gigabytes = max(0.25, Double(cacheBytes(memoryBytes)) / 1_073_741_824)
    return [
      "--dbpath", data.string, "--bind_ip", "127.0.0.1", "--port", "27017", "--unixSocketPrefix", exchange.string,
      "--filePermissions", "0777", "--noscripting", "--quiet", "--syncdelay", "0",
      "--wiredTigerCacheSizeGB", String(format: "%.2f", gigabytes), "--setParameter", "ttlMonitorEnabled=false",
      "--setParameter", "diagnosticDataCollectionEnabled=false",
    ]
  }

  private static func cacheBytes(_ memoryBytes: UInt64) -> UInt64 { max(256 << 20, memoryBytes / 4) }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// The stand-in listens on TCP only, so a forwarder carries the socket to the sandbox's own loopback. Standalone: no
  /// oplog is written. No sweeper: expired documents stay. It takes no shell.
  private static let starter = """
    import signal, subprocess, sys
    from secantus.server import SecantusDBServer
    data, socket, forwarder, cache = sys.argv[1:5]
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    server = SecantusDBServer(
        host="127.0.0.1", port=0, storage_path=data, replica_set_name=None,
        enable_test_commands=False, ttl_sweep_seconds=0, cache_size=cache)
    server.start()
    child = subprocess.Popen([
        forwarder, "UNIX-LISTEN:" + socket + ",fork,mode=666", "TCP4:127.0.0.1:%d" % server.port])
    try:
        server.wait()
    finally:
        child.terminate()
    """
}
