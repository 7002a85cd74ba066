import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

/// How a layer is put around a file, and what decoding must say when it is damaged.
struct LayerRecipe: Sendable, CustomTestStringConvertible {
  var name: String
  /// From standard input to standard output; `$K` is the folder of `LayerKeys`.
  var wrap: String
  /// The layer's name as reports have it.
  var layer: String
  /// The tool's process.
  var program: String { layer == "lzma" ? "xz" : layer }
  var keys: [String] = []
  var passphrase: String?
  var truncated: String
  var flipped: String
  var garbage: [String]
  var testDescription: String { name }

  func secrets() async throws -> RunSecrets {
    let folder = try await LayerKeys.folder()
    var secrets = RunSecrets()
    secrets.decryptionKeys = try keys.map {
      NamedSecret(name: $0, content: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
    }
    secrets.passphrase = passphrase.map { NamedSecret(name: "passphrase", content: Data(($0 + "\n").utf8)) }
    return secrets
  }

  static let all = compressions + encryptions
  /// One of each way that tools are handled, for what is the same for all layers of a kind; all in `make test-all`.
  static let some =
    TestAll.isOn ? all : all.filter { ["zstd", "gpg to a protected key", "age to a key"].contains($0.name) }

  static let compressions: [LayerRecipe] = [
    compression("gzip", "gzip -1c"), compression("zstd", "zstd -q -1 -c"), compression("bzip2", "bzip2 -1c"),
    compression("lz4", "lz4 -q -1 -c"),
    // xz takes what follows its stream for a damaged stream.
    compression("xz", "xz -0c", garbage: "decompress.corrupt"),
    compression("lzma", "xz --format=lzma -0c", garbage: "decompress.corrupt"),
  ]

  private static func compression(
    _ name: String, _ wrap: String, garbage: String = "decompress.trailing-garbage"
  ) -> LayerRecipe {
    LayerRecipe(
      name: name, wrap: wrap, layer: name, truncated: "decompress.truncated", flipped: "decompress.corrupt",
      garbage: [garbage])
  }

  static let encryptions: [LayerRecipe] = [
    gpg("gpg to a key", "-r carol@example.org -e", keys: ["carol.sec"]),
    gpg("gpg to a key, uncompressed", "-z 0 -r carol@example.org -e", keys: ["carol.sec"]),
    gpg("gpg to a protected key", "-r bob@example.org -e", keys: ["bob.sec"], passphrase: LayerKeys.bobsPassphrase),
    gpg("gpg with a passphrase", "--passphrase-file $K/symmetric -c", passphrase: LayerKeys.passphrase),
    // What follows the armor is text around the message, and legal.
    gpg("gpg, armored", "-a -r carol@example.org -e", keys: ["carol.sec"], garbage: []),
    age("age to a key", "age -r $(cat $K/age.pub)", keys: ["age.key"]),
    age("age to an SSH key", "age -R $K/ssh.pub", keys: ["ssh"]),
    age("age, armored", "age -a -r $(cat $K/age.pub)", keys: ["age.key"], garbage: "decrypt.trailing-garbage"),
  ]

  /// gpg takes what follows a binary message for a part of it.
  private static func gpg(
    _ name: String, _ options: String, keys: [String] = [], passphrase: String? = nil,
    garbage: [String] = ["decrypt.integrity"]
  ) -> LayerRecipe {
    LayerRecipe(
      name: name, wrap: LayerKeys.gpg + " --trust-model always " + options, layer: "gpg", keys: keys,
      passphrase: passphrase, truncated: "decrypt.truncated", flipped: "decrypt.integrity", garbage: garbage)
  }

  /// What is appended to a binary age file makes its last chunk fail, as a cut does.
  private static func age(
    _ name: String, _ wrap: String, keys: [String], garbage: String = "decrypt.truncated"
  ) -> LayerRecipe {
    LayerRecipe(
      name: name, wrap: wrap, layer: "age", keys: keys, truncated: "decrypt.truncated", flipped: "decrypt.integrity",
      garbage: [garbage])
  }
}
