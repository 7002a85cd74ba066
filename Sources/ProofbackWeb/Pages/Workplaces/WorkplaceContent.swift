import ProofbackCore
import ProofbackServer

/// The page of workplaces.
struct WorkplaceContent: Sendable {
  struct Row: Sendable {
    var id: String
    var name: String
    var kind: String
    var description: String
    var limit: String
    /// In this month.
    var spent: String
    var users: String
  }

  struct Month: Sendable {
    var month: String
    var name: String
    var runs: String
    var time: String
    var dollars: String
  }

  /// Months that are shown of each.
  private static let months = 6

  var sentence: String
  var fact: String?
  var workplaces: [Row]
  var hasWorkplaces: Bool
  var months: [Month]
  var hasMonths: Bool
  var kinds: [Choice]
  var form: WorkplaceFormContent?

  init(_ visit: Visit, fact: String?, form: WorkplaceFormContent?) throws {
    let kept = visit.state.kept.workplaces
    workplaces = try kept.all().map { workplace in
      Row(
        id: workplace.id, name: workplace.name,
        kind: visit.state.launchers.kind(workplace.kind)?.title ?? workplace.kind, description: workplace.description,
        limit: Quantity.text(workplace.limit, "run"),
        spent: Quantity.text(dollars: workplace.spent)
          + (workplace.ceiling.map { " of \(Quantity.text(dollars: $0))" } ?? "")
          + (workplace.isAtCeiling ? ": no run is started" : ""),
        users: try kept.users(of: workplace.id).joined(separator: ", "))
    }
    hasWorkplaces = !workplaces.isEmpty
    months = try workplaces.flatMap { row in
      try kept.costs(of: row.id, months: Self.months).map { cost in
        Month(
          month: cost.month, name: row.name, runs: Quantity.text(cost.runs, "run"),
          time: Quantity.text(paidSeconds: cost.seconds), dollars: Quantity.text(dollars: cost.dollars))
      }
    }.sorted { ($1.month, $0.name) < ($0.month, $1.name) }
    hasMonths = !months.isEmpty
    sentence =
      hasWorkplaces
      ? InUse.text("workplace", workplaces.map(\.users)) : "All runs are carried out on this machine."
    self.fact = fact
    self.form = form
    kinds = visit.state.launchers.kinds.map {
      Choice(value: $0.name, label: $0.title, isChosen: $0.name == form?.kind)
    }
  }
}

/// The form of a workplace, made from its kind's options.
struct WorkplaceFormContent: Sendable {
  var title: String
  var action: String
  var button: String
  var kind: String
  var isNew: Bool
  var name: String
  var limit: String
  var ceiling: String
  /// Whether its machines are paid for.
  var isPaid: Bool
  var nameProblem: String?
  var limitProblem: String?
  var ceilingProblem: String?
  var fields: [OptionField]
  var more: FoldedFields?

  /// - Parameter id: of the workplace that is changed; nil: a new one.
  init(
    _ kind: any LauncherKind, id: String? = nil, name: String = "", limit: String = "2", ceiling: String = "",
    values: [String: String] = [:],
    problems: FormProblems? = nil
  ) {
    title = id == nil ? "Add a workplace: \(kind.title)" : "Modify a workplace: \(kind.title)"
    action = id.map { "/workplaces/\($0)" } ?? "/workplaces"
    button = id == nil ? "Add workplace" : "Save workplace"
    self.kind = kind.name
    isNew = id == nil
    (self.name, self.limit, self.ceiling) = (name, limit, ceiling)
    isPaid = !kind.prices.isEmpty
    let texts = FieldProblems.texts(problems)
    (nameProblem, limitProblem, ceilingProblem) = (texts["name"], texts["limit"], texts["ceiling"])
    let made = { (option: KindOption) in
      OptionField(option, value: values[option.name] ?? "", problem: texts[option.name], isKept: id != nil)
    }
    fields = kind.options.filter { !$0.isFolded }.map(made)
    more = FoldedFields(kind.options.filter(\.isFolded).map(made))
  }
}
