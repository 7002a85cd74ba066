import Foundation
import ProofbackCore

/// What a place asks for before it gives anything: a name with its password, written `name:password`, or a token alone.
enum StoredLogin: Sendable, Equatable {
  case password(name: String, String)
  case token(String)
  /// A file of several lines, as some providers hand out: Google's keys of service accounts.
  case file(Data)

  /// What is wrong with bytes that are none; a lower-case fact without a part of them.
  struct Problem: Error, Equatable { var fact: String }

  init(_ content: Data) throws(Problem) {
    guard content.count <= 65536, let whole = String(validating: content, as: UTF8.self) else {
      throw Problem(fact: "it is no text")
    }
    let text = whole.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { throw Problem(fact: "it is empty") }
    if text.hasPrefix("{"), text.hasSuffix("}") {
      guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any] else {
        throw Problem(fact: "it looks like JSON and is none")
      }
      self = .file(Data(text.utf8))
      return
    }
    guard !text.contains(where: \.isNewline) else {
      throw Problem(fact: "it has several lines: a login is name:password, or a token, on one")
    }
    guard text.utf8.count <= 8192, text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
      throw Problem(fact: "it is too long, or has control characters")
    }
    guard let colon = text.firstIndex(of: ":") else {
      guard text.wholeMatch(of: /[\x21-\x7E]+/) != nil else { throw Problem(fact: "it has no :, and is no token") }
      self = .token(text)
      return
    }
    let (name, password) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    guard !name.isEmpty, !password.isEmpty else { throw Problem(fact: "the name or the password is empty") }
    self = .password(name: name, password)
  }

  /// For people.
  var shown: String {
    switch self {
    case .password(let name, _): "login of \(UntrustedText.line(name, limit: 60))"
    case .token: "token"
    case .file: "key file (JSON)"
    }
  }
}
