import ProofbackCore
import ProofbackSystem
import Synchronization

/// What an image has, asked by its own shell in the run's container.
final class DockerSystem: ImageSystem {
  let container: DockerContainer
  let image: DockerImage
  /// Executables that were found, so that starting one need not ask again.
  private let known: Mutex<Set<String>>

  init(_ container: DockerContainer, _ image: DockerImage) {
    self.container = container
    self.image = image
    known = Mutex(container.programs)
  }

  var identity: String { image.identity }
  var place: String { "in the image \(image.name)" }

  func find(_ program: String) async -> String? {
    Programs.folders.lazy.map { "\($0)/\(program)" }.first(where: container.programs.contains)
  }

  func contents(of path: String) async -> [UInt8]? {
    guard let outcome = await container.run(#"cat -- "$1""#, ["sandbox", path], limit: 16 << 20), outcome.end.isSuccess
    else { return nil }
    return outcome.output
  }

  func output(of executable: String, _ arguments: [String], limit: Int) async -> [UInt8]? {
    let outcome = try? await container.exec([executable] + arguments)?.capture(
      limit: limit, within: 60, ownSession: true)
    guard let outcome, outcome.end.isSuccess else { return nil }
    known.withLock { _ = $0.insert(executable) }
    return outcome.output
  }

  /// Whether it can be started.
  func isExecutable(_ path: String) async -> Bool {
    if known.withLock({ $0.contains(path) }) { return true }
    guard let outcome = await container.run(#"[ -x "$1" ]"#, ["sandbox", path]), outcome.end.isSuccess else {
      return false
    }
    known.withLock { _ = $0.insert(path) }
    return true
  }

  func lines(_ script: String, _ arguments: [String]) async -> [String] {
    let outcome = await container.run(script, ["sandbox"] + arguments)
    guard let outcome, outcome.end.isSuccess else { return [] }
    return outcome.text.split(separator: "\n").map(String.init)
  }
}
