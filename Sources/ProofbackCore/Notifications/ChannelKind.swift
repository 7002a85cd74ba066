/// A way to tell people. One folder in `ProofbackChannels/`, one line in `ChannelCatalogue`; nothing outside names it.
public protocol ChannelKind: Sendable {
  /// `mail`, `webhook` …
  var name: String { get }
  /// For people: `e-mail`.
  var title: String { get }
  /// From these come form, validation and docs. All of them are kept sealed.
  var options: [KindOption] { get }

  /// Looks at options that fit the schema.
  /// - Parameter allowedHosts: hosts of this machine's own network that may be reached.
  /// - Returns: where it leads, for lists, without a secret in it.
  /// - Throws: `OptionProblem` naming the option.
  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String

  /// Sends once, within a minute or so. May be called at the same time for several notices.
  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery
}

/// How an attempt ended. Facts are lower-case and hold no secret.
public enum Delivery: Sendable, Equatable {
  case delivered(String)
  /// - isFinal: trying again can't help.
  case failed(fact: String, hint: String, isFinal: Bool)

  public var isDelivered: Bool {
    if case .delivered = self { true } else { false }
  }

  /// Why it was not.
  public var problem: String? {
    if case .failed(let fact, _, _) = self { fact } else { nil }
  }
}

/// What a server tells people with: the executable fills it in.
public struct Couriers: Sendable {
  public var kinds: [any ChannelKind]
  /// Asks for an address once; whether it answers is all that counts.
  public var ping: @Sendable (_ address: WebAddress, _ allowedHosts: [String]) async -> Delivery

  public init(
    kinds: [any ChannelKind],
    ping: @escaping @Sendable (_ address: WebAddress, _ allowedHosts: [String]) async -> Delivery
  ) {
    self.kinds = kinds
    self.ping = ping
  }

  /// Nobody can be told.
  public static let none = Couriers(kinds: []) { _, _ in
    .failed(fact: "this server can't ask for addresses", hint: "", isFinal: true)
  }

  public func kind(_ name: String) -> (any ChannelKind)? { kinds.first { $0.name == name } }
}
