/// One option of a plug-in that managers fill in: a channel, a workplace. Form, validation and docs are made from it.
public struct KindOption: Sendable, Equatable {
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
  /// Few need it: forms keep it folded while it says nothing.
  public var isFolded = false
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

  /// The same, folded away in forms.
  public var folded: KindOption {
    var option = self
    option.isFolded = !isRequired
    return option
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
public struct OptionProblem: Error, Sendable, Equatable {
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
