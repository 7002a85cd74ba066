import ProofbackCore

/// A field of a form, made from an option of a plug-in.
struct OptionField: Sendable {
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
  init(_ option: KindOption, value: String, problem: String?, isKept: Bool) {
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

  /// Whether it says anything but what is taken when nothing is said.
  var saysSomething: Bool { problem != nil || !value.isEmpty && value != choices.first?.value }
}

/// Fields that few need, open while one of them says something.
struct FoldedFields: Sendable {
  var fields: [OptionField]
  var isOpen: Bool

  init?(_ fields: [OptionField]) {
    if fields.isEmpty { return nil }
    self.fields = fields
    isOpen = fields.contains(where: \.saysSomething)
  }
}
