import ProofbackCore
import ProofbackServer

/// The form of a channel, made from its kind's options.
struct ChannelFormContent: Sendable {
  struct Field: Sendable {
    var name: String
    var label: String
    var hint: String?
    var value: String
    var problem: String?
    var isRequired: Bool
    var isLine = false
    var isSecret = false
    var isText = false
    var isChoice = false
    var choices: [Choice] = []

    /// - Parameter isKept: it is stored already, and a secret may be left empty.
    init(_ option: ChannelOption, value: String, problem: String?, isKept: Bool) {
      name = option.name
      label = option.label
      self.value = value
      self.problem = problem
      isRequired = option.isRequired && !(isKept && option.form == .secret)
      switch option.form {
      case .line: isLine = true
      case .secret:
        isSecret = true
        self.value = ""
      case .text: isText = true
      case .choice(let all):
        isChoice = true
        choices = all.map { Choice(value: $0.value, label: $0.label, isChosen: $0.value == value) }
      }
      let kept = isKept && isSecret ? "Empty: it stays as it is. " : ""
      hint = option.hint.isEmpty && kept.isEmpty ? nil : kept + option.hint
    }
  }

  var title: String
  var action: String
  var button: String
  var kind: String
  var isNew: Bool
  var name: String
  var nameProblem: String?
  var fields: [Field]

  /// - Parameter id: of the channel that is changed; nil: a new one.
  init(
    _ kind: any ChannelKind, id: String? = nil, name: String = "", values: [String: String] = [:],
    problems: FormProblems? = nil
  ) {
    title = id == nil ? "Add a channel: \(kind.title)" : "Modify a channel: \(kind.title)"
    action = id.map { "/notifications/\($0)" } ?? "/notifications"
    button = id == nil ? "Add channel" : "Save channel"
    self.kind = kind.name
    isNew = id == nil
    self.name = name
    let texts = FieldProblems.texts(problems)
    nameProblem = texts["name"]
    fields = kind.options.map {
      Field($0, value: values[$0.name] ?? "", problem: texts[$0.name], isKept: id != nil)
    }
  }
}
