import Foundation
import ProofbackSystem
import ProofbackTestSupport
import Synchronization

/// Dumps of real servers, made once by the tools of the images that they run in (`Tests/Fixtures/matrix`).
actor MatrixDumps {
  static let shared = MatrixDumps()
  /// Where dumps lie, and the runs' state: it goes with this process.
  nonisolated let root: String
  private var made: [String: Task<String, any Error>] = [:]

  private init() {
    root = NSTemporaryDirectory() + "pb-matrix-\(getpid())"
    matrixRoot.withLock { $0 = root }
    atexit { matrixRoot.withLock { try? FileManager.default.removeItem(atPath: $0) } }
  }

  static let fixtures =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures"

  /// The folder with an image's dumps.
  func folder(_ recipe: String) async throws -> String {
    if let making = made[recipe] { return try await making.value }
    let root = root
    let making = Task { try await Self.make(recipe, in: "\(root)/\(recipe)") }
    made[recipe] = making
    return try await making.value
  }

  private static func make(_ recipe: String, in folder: String) async throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if recipe.hasPrefix("mongodb") {
      let unpacked = try await Command(
        "/bin/sh",
        ["-c", "gzip -dc \"$0\" >\"$1\"", "\(fixtures)/mongodb/test.archive.outer.gz", "\(folder)/shop.archive"]
      ).capture()
      guard unpacked.end.isSuccess else { throw Failure(text: unpacked.errorText) }
      return folder
    }
    let image = try await DockerEngine.running().image(recipe)
    let script = recipe.hasPrefix("postgresql") ? "postgresql" : "mysql"
    let outcome = try await DockerEngine.docker(
      ["run", "--rm", "--network", "none", "--volume", "\(folder):/out", "--volume", "\(fixtures)/matrix:/recipes:ro"]
        + [image, "bash", "/recipes/\(script).sh", "/out"], within: 300)
    guard outcome.end.isSuccess else { throw Failure(text: "\(recipe): \(outcome.text)\(outcome.errorText)") }
    return folder
  }

  /// A dump as it came, or with damage; `mysql-9.7/portable.sql`.
  func file(_ name: String, _ damage: MatrixCase.Damage) async throws -> String {
    let parts = name.split(separator: "/").map(String.init)
    let path = try await folder(parts[0]) + "/" + parts[1]
    guard damage != .none else { return path }
    var bytes = try Data(contentsOf: URL(filePath: path))
    damage.spoil(&bytes)
    let spoiled = "\(root)/\(UUID().uuidString)-\(parts[1])"
    try bytes.write(to: URL(filePath: spoiled))
    return spoiled
  }

  struct Failure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
  }
}

private let matrixRoot = Mutex("")
