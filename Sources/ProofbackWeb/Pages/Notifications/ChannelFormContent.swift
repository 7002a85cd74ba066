import ProofbackCore
import ProofbackServer

/// The form of a channel, made from its kind's options.
struct ChannelFormContent: Sendable {
  var title: String
  var action: String
  var button: String
  var kind: String
  var isNew: Bool
  var name: String
  var nameProblem: String?
  var fields: [OptionField]

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
      OptionField($0, value: values[$0.name] ?? "", problem: texts[$0.name], isKept: id != nil)
    }
  }
}
