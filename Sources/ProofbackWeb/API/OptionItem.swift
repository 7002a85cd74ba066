import ProofbackCore

/// An option of a plug-in that managers fill in.
struct OptionItem: Encodable, Sendable {
  var name: String
  var label: String
  var hint: String
  /// `line`, `text`, `secret` or `choice`.
  var form: String
  /// Values of a choice, the preset first.
  var choices: [String]?
  var required: Bool
  /// Characters.
  var longest: Int

  init(_ option: KindOption) {
    (name, label, hint) = (option.name, option.label, option.hint)
    (required, longest) = (option.isRequired, option.longest)
    switch option.form {
    case .line: form = "line"
    case .text: form = "text"
    case .secret: form = "secret"
    case .choice(let all): (form, choices) = ("choice", all.map(\.value))
    }
  }
}
