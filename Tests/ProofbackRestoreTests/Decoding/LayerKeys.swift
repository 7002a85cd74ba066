import Foundation
import ProofbackSystem

/// Keys made once for all decoding tests, and a dump-like file of 4 MB.
enum LayerKeys {
  /// Of that file: more than all pipes and buffers on its way hold, also compressed.
  static let plainBytes = 4_000_000
  static let bobsPassphrase = "planted-passphrase-of-bob"
  static let dorasPassphrase = "planted-passphrase-of-dora"
  static let passphrase = "planted symmetric passphrase"
  static let gpg = "gpg --homedir $K/home --lock-never --batch --no-tty --pinentry-mode loopback"

  private static let made = Task { try await make() }

  /// The folder; removed when the test process ends.
  static func folder() async throws -> String { try await made.value }

  /// The 4 MB file wrapped by `recipe`, made once.
  static func encoded(_ recipe: LayerRecipe) async throws -> String { try await encodings.file(of: recipe) }

  private actor Encodings {
    private var tasks: [String: Task<String, any Error>] = [:]
    func file(of recipe: LayerRecipe) async throws -> String {
      if let task = tasks[recipe.name] { return try await task.value }
      let task = Task {
        let folder = try await LayerKeys.folder()
        let file = folder + "/" + recipe.name.filter(\.isLetter)
        let environment = Command.plainEnvironment.merging(["K": folder]) { $1 }
        let outcome = try await Command(
          "/bin/bash", ["-c", "(\(recipe.wrap)) < $K/plain > \(file)"], environment: environment
        ).capture(within: 120)
        guard outcome.end.isSuccess else { throw DecodingBench.ShellFailure(text: outcome.errorText) }
        return file
      }
      tasks[recipe.name] = task
      return try await task.value
    }
  }
  private static let encodings = Encodings()

  private static func make() async throws -> String {
    let folder = NSTemporaryDirectory() + "proofback-layer-keys-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
    removal.folder = folder
    atexit { removal.run() }
    let script = """
      set -e; cd $K; chmod 700 home
      G="\(gpg)"
      printf '%s\\n' "\(bobsPassphrase)" > bobs; printf '%s\\n' "\(passphrase)" > symmetric; printf 'wrong\\n' > wrong
      for who in carol mallory; do
        $G --passphrase '' --quick-generate-key $who@example.org future-default default never
        $G --armor --export-secret-keys $who@example.org > $who.sec
      done
      printf '%s\\n' "\(dorasPassphrase)" > doras
      for who in bob dora; do
        $G --passphrase-file ${who}s --quick-generate-key $who@example.org future-default default never
        $G --passphrase-file ${who}s --armor --export-secret-keys $who@example.org > $who.sec
      done
      $G --export carol@example.org > carol.pub
      age-keygen -o age.key 2>/dev/null; age-keygen -y age.key > age.pub; age-keygen -o other.key 2>/dev/null
      ssh-keygen -q -t ed25519 -N '' -f ssh
      for who in bob dora; do ssh-keygen -q -t ed25519 -N "$(cat ${who}s)" -f $who.ssh; done
      seq -f '(%.0f,"row of a dump that repeats itself"),' 1 440000 | head -c \(plainBytes) > plain
      """
    var environment = Command.plainEnvironment
    environment["K"] = folder
    let outcome = try await Command("/bin/bash", ["-c", script], environment: environment).capture(within: 120)
    guard outcome.end.isSuccess else { throw DecodingBench.ShellFailure(text: outcome.errorText) }
    return folder
  }
}

/// The folder to remove when the test process ends; the agent that gpg keeps for it ends with its socket.
private final class Removal: @unchecked Sendable {
  var folder: String?
  func run() { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
}
private let removal = Removal()
