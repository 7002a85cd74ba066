/// A way to tell people. One folder in `ProofbackChannels/`, one line in `ChannelCatalogue`; nothing outside names it.
public protocol ChannelKind: Sendable {
  /// `mail`, `webhook` …
  var name: String { get }
  /// For people: `e-mail`.
  var title: String { get }
  /// From these come form, validation and docs. All of them are kept sealed.
  var options: [ChannelOption] { get }

  /// Looks at options that fit the schema.
  /// - Parameter allowedHosts: hosts of this machine's own network that may be reached.
  /// - Returns: where it leads, for lists, without a secret in it.
  /// - Throws: `ChannelProblem` naming the option.
  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String

  /// Sends once, within a minute or so. May be called at the same time for several notices.
  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery
}

/// One option of a kind of channel.
public struct ChannelOption: Sendable, Equatable {
  public enum Form: Sendable, Equatable {
    case line
    /// Never shown again.
    case secret
    /// Several lines.
    case text
    /// Values with what people read for them; the first is what is taken when nothing is said.
    case choice([Choice])
  }

  public struct Choice: Sendable, Equatable {
    public var value: String
    public var label: String
    public init(_ value: String, _ label: String) {
      self.value = value
      self.label = label
    }
  }

  public var name: String
  public var label: String
  /// An example or a word on it, or empty.
  public var hint: String
  public var form: Form
  public var isRequired: Bool
  /// Characters.
  public var longest: Int

  public init(
    _ name: String, _ label: String, hint: String = "", _ form: Form = .line, isRequired: Bool = false,
    longest: Int = 500
  ) {
    self.name = name
    self.label = label
    self.hint = hint
    self.form = form
    self.isRequired = isRequired
    self.longest = longest
  }

  /// What is wrong with a value, as this schema can tell; nil: nothing.
  public func problem(with value: String) -> String? {
    if value.isEmpty { return isRequired ? "it is empty" : nil }
    if value.count > longest { return "it has \(value.count) characters; \(longest) are allowed" }
    if case .choice(let choices) = form, !choices.contains(where: { $0.value == value }) { return "it is no choice" }
    let allowsLines = form == .text
    let hasControls = value.unicodeScalars.contains { scalar in
      scalar.properties.generalCategory == .control && !(allowsLines && scalar == "\n")
    }
    return hasControls ? "it holds a control character" : nil
  }
}

/// What is wrong with an option.
public struct ChannelProblem: Error, Sendable, Equatable {
  public var option: String
  /// A lower-case fact.
  public var fact: String
  public var hint: String
  public init(_ option: String, _ fact: String, hint: String = "") {
    self.option = option
    self.fact = fact
    self.hint = hint
  }
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
