import Foundation
public import ProofbackCore

/// Hosts of this machine's own network that the server may ask on behalf of people.
public struct AllowedHosts: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems`.
  public func allow(_ text: String, by manager: Actor) throws {
    let name = text.trimmingCharacters(in: .whitespaces)
    let shown = UntrustedText.line(name, limit: 100)
    guard let address = try? WebAddress("http://\(name.contains(":") ? "[\(name)]" : name)/"), address.port == 80,
      !name.isEmpty
    else { throw FormProblems("host", "\(shown) is no host", hint: "for example 127.0.0.1 or hooks.internal") }
    do { try state.kept.settings.allow(host: address.host, by: manager) } catch StoreError.alreadyThere {
      throw FormProblems("host", "\(shown) is allowed already")
    }
  }
}
