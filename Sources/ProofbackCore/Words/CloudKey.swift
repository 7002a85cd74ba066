public import Foundation

/// An access key: its id, which is no secret, and the secret that requests are signed with.
///
/// Three ways of writing one are read: AWS's own credentials file (`aws_access_key_id = …`, one profile), the file that its
/// console lets one download (`Access key ID,Secret access key`), and the two alone, on one line with a `:` or on two.
public struct CloudKey: Sendable, Equatable {
  public var id: String
  public var secret: String
  /// Of a key for a session, which ends; nil for a lasting one.
  public var token: String?

  /// What is wrong with bytes that are none; a lower-case fact without a part of them.
  public struct Problem: Error, Equatable { public var fact: String }

  public init(id: String, secret: String, token: String?) {
    self.id = id
    self.secret = secret
    self.token = token
  }

  public init(_ content: Data) throws(Problem) {
    guard content.count <= 65536, let text = String(validating: content, as: UTF8.self) else {
      throw Problem(fact: "it is no text")
    }
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .map { $0.hasPrefix("\u{FEFF}") ? String($0.dropFirst()) : $0 }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix(";") }
    let settings = try Self.settings(lines)
    let table = try Self.table(lines)
    guard let found = settings.map({ ($0.id, $0.secret) }) ?? table ?? Self.pair(lines) else {
      throw Problem(fact: "it holds no access key id with its secret access key")
    }
    (id, secret) = found
    token = settings?.token
    // The id stands before a colon in curl's options, and some services have ids of their own making.
    guard id.wholeMatch(of: /[\x21-\x7E]{3,128}/) != nil, !id.contains(":") else {
      throw Problem(fact: "its access key id is none: letters and digits")
    }
    guard secret.wholeMatch(of: /[\x21-\x7E]{8,256}/) != nil else {
      throw Problem(fact: "its secret access key is none: 8 to 256 characters without spaces")
    }
  }

  /// As AWS's credentials file has it: what is kept, whatever form it came in.
  public var written: Data {
    let session = token.map { "aws_session_token = \($0)\n" } ?? ""
    return Data("[default]\naws_access_key_id = \(id)\naws_secret_access_key = \(secret)\n\(session)".utf8)
  }

  /// For people: enough of the id to tell keys apart.
  public var shown: String { "ending in \(id.suffix(4))" + (token == nil ? "" : ", for a session that ends") }

  private static func settings(_ lines: [String]) throws(Problem) -> (id: String, secret: String, token: String?)? {
    var found: [String: String] = [:]
    guard lines.contains(where: { $0.lowercased().hasPrefix("aws_access_key_id") }) else { return nil }
    for line in lines where line.contains("=") {
      let pair = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2 else { continue }
      guard found.updateValue(pair[1], forKey: pair[0].lowercased()) == nil else {
        throw Problem(fact: "it holds several keys: give a file with one profile")
      }
    }
    let token = found["aws_session_token"] ?? found["aws_security_token"]
    guard token?.wholeMatch(of: /[\x21-\x7E]{1,4096}/) != nil || token == nil else {
      throw Problem(fact: "its session token is none: up to 4096 characters without spaces")
    }
    guard let id = found["aws_access_key_id"], let secret = found["aws_secret_access_key"] else { return nil }
    return (id, secret, token)
  }

  private static func table(_ lines: [String]) throws(Problem) -> (String, String)? {
    let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    guard let names = rows.first, let id = names.firstIndex(of: "Access key ID"),
      let secret = names.firstIndex(of: "Secret access key")
    else { return nil }
    guard rows.count == 2, rows[1].count == names.count else {
      throw Problem(fact: "it holds \(rows.count - 1) keys: give a file with one")
    }
    return (rows[1][id], rows[1][secret])
  }

  private static func pair(_ lines: [String]) -> (String, String)? {
    let parts = lines.count == 1 ? lines[0].split(separator: ":", maxSplits: 1).map(String.init) : lines
    guard parts.count == 2, !parts[0].hasPrefix("-----") else { return nil }
    return (parts[0], parts[1])
  }
}
