import Foundation

/// A secret that its holder shows: 256 random bits. The state keeps its hash only.
public struct Token: Sendable, Equatable {
  public let text: String

  public init() {
    var generator = SystemRandomNumberGenerator()
    text = Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// As it comes from a browser or a client; anything.
  public init(_ text: String) { self.text = text }
}
