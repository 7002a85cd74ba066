import Foundation

/// How a kind of location is set up as a backup server: what forms ask for, and what its addresses are made of.
public struct BackupServerKind: Sendable {
  public struct Part: Sendable, Equatable {
    public var name: String
    public var label: String
    public var hint: String
    public var isRequired: Bool
    public init(_ name: String, _ label: String, hint: String, isRequired: Bool = false) {
      self.name = name
      self.label = label
      self.hint = hint
      self.isRequired = isRequired
    }
  }

  public enum Need: Sendable { case none, optional, required }

  /// Of its locations: `ssh`, `s3`.
  public var scheme: String
  /// For people: `Host, over SSH`.
  public var title: String
  /// The first stands where hosts do in an address, unless `place` does; the others are its options.
  public var parts: [Part]
  /// What stands where hosts do, for kinds that are on this machine itself.
  public var place: String?
  /// What logs in there, and how forms name it.
  public var credential: CredentialKind
  public var credentialName: String
  public var credentialNeed: Need
  /// Whether it is a repository with a password of its own, besides.
  public var password: Need
  /// Whether certificates can be named that it is trusted by.
  public var takesAuthority: Bool
  /// Whether its hosts are known by keys, of which a manager confirms one.
  public var showsHostKeys: Bool
  /// A path there that shows whether one is let in.
  public var entrance: String
  /// Whether names in a folder can be asked for there.
  public var isListed: Bool
  /// What looking there may come to besides, when one is let in.
  public var letIn: Set<FindingCode>

  public init(
    scheme: String, title: String, parts: [Part], place: String? = nil, credential: CredentialKind,
    credentialName: String,
    credentialNeed: Need = .required, password: Need = .none, takesAuthority: Bool = false, showsHostKeys: Bool,
    entrance: String, isListed: Bool = true, letIn: Set<FindingCode>
  ) {
    self.scheme = scheme
    self.title = title
    self.parts = parts
    self.place = place
    self.credential = credential
    self.credentialName = credentialName
    self.credentialNeed = credentialNeed
    self.password = password
    self.takesAuthority = takesAuthority
    self.showsHostKeys = showsHostKeys
    self.entrance = entrance
    self.isListed = isListed
    self.letIn = letIn
  }

  /// An address of what was filled in; the scheme may stand before the first part.
  public func address(_ values: [String: String]) -> String {
    let options = parts.dropFirst(place == nil ? 1 : 0).compactMap { part -> String? in
      guard let value = values[part.name], !value.isEmpty else { return nil }
      return "\(part.name)=\(value.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? value)"
    }
    let typed = place ?? (values[parts[0].name] ?? "").trimmingCharacters(in: .whitespaces)
    let host = typed.lowercased().hasPrefix("\(scheme)://") ? String(typed.dropFirst(scheme.count + 3)) : typed
    return "\(scheme)://\(host)" + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
  }

  private static let plain = CharacterSet(charactersIn: "/:._-[]").union(.alphanumerics)

  /// What was filled in for an address.
  public func values(of address: String) -> [String: String] {
    let rest = address.hasPrefix("\(scheme)://") ? address.dropFirst(scheme.count + 3) : address[...]
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var values = place == nil ? [parts[0].name: String(halves[0])] : [:]
    for option in halves.dropFirst().flatMap({ $0.split(separator: "&") }) {
      let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if pair.count == 2 { values[pair[0]] = pair[1].removingPercentEncoding ?? pair[1] }
    }
    return values
  }
}
