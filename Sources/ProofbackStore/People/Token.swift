import Crypto
import Foundation

/// A secret that its holder shows: 256 random bits. The state keeps its hash only.
public struct Token: Sendable, Equatable {
  public let text: String

  public init() {
    let key = SymmetricKey(size: .bits256)
    text = key.withUnsafeBytes { Data($0) }.base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// As it comes from a browser or a client; anything.
  public init(_ text: String) { self.text = text }

  var hash: Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
