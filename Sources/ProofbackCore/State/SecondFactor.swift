import Foundation

/// Codes from a person's own device, asked for after the password (RFC 6238).
public protocol SecondFactorRepository: Sendable {
  /// Whether the person's login asks for a code.
  func isOn(for person: String) throws -> Bool
  /// Makes a secret for the person's device. It counts only once `confirm` has seen a code of it; until then another call
  /// makes another one.
  func begin(for person: String, by actor: Actor) throws -> SecondFactorSecret
  /// What `begin` made and nobody has confirmed.
  func begun(for person: String) throws -> SecondFactorSecret?
  /// From now on the login asks for a code.
  /// - Returns: recovery codes, each for one login without the device, shown this once; nil when the code is wrong.
  func confirm(_ code: String, for person: String, by actor: Actor) throws -> [String]?
  /// Whether it is the code of now, or a recovery code. No code is taken twice.
  func accepts(_ code: String, of person: String, by actor: Actor) throws -> Bool
  /// - Throws: `StoreError.notThere` when it is off.
  func turnOff(for person: String, by actor: Actor) throws
}

/// What the device is given.
public struct SecondFactorSecret: Sendable, Equatable {
  /// Base32 (RFC 4648), as people type it.
  public var text: String

  public init(text: String) { self.text = text }

  /// As authenticator programs read it: `otpauth://totp/…`.
  public func address(login: String) -> String {
    let label = "Proofback:\(login)".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "Proofback"
    return "otpauth://totp/\(label)?secret=\(text)&issuer=Proofback"
  }
}
