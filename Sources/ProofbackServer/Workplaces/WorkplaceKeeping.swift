import Foundation
public import ProofbackCore

/// Adding and changing workplaces: looked at while their manager is there. Nothing is started.
public struct WorkplaceKeeping: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Parameters:
  ///   - limit: how many runs at once.
  ///   - ceiling: dollars a month; empty: none.
  ///   - values: by the names of the kind's options; more are ignored.
  /// - Throws: `FormProblems`.
  public func add(
    kind: String, name: String, limit: String, ceiling: String = "", values: [String: String], by manager: Actor
  ) throws -> Workplace {
    guard let kind = state.launchers.kind(kind) else {
      throw FormProblems(
        "kind", "there is no kind \(UntrustedText.line(kind, limit: 40))",
        hint: state.launchers.kinds.map(\.name).joined(separator: ", "))
    }
    let checked = try check(kind, name, limit, ceiling, values)
    return try unlessNamed {
      try state.kept.workplaces.add(
        name: checked.name, kind: kind.name, description: checked.description, options: checked.options,
        limit: checked.limit, ceiling: checked.ceiling, by: manager)
    }
  }

  /// - Throws: `FormProblems`, `StoreError.notThere`.
  public func change(
    _ id: String, name: String, limit: String, ceiling: String = "", values: [String: String], by manager: Actor
  ) throws {
    let checked = try check(try shown(id).kind, name, limit, ceiling, values)
    try unlessNamed {
      try state.kept.workplaces.change(
        id, name: checked.name, description: checked.description, options: checked.options, limit: checked.limit,
        ceiling: checked.ceiling, by: manager)
    }
  }

  /// - Throws: `StoreError.notThere`.
  public func shown(_ id: String) throws -> (workplace: Workplace, kind: any LauncherKind) {
    guard let workplace = try state.kept.workplaces.workplace(id), let kind = state.launchers.kind(workplace.kind)
    else { throw StoreError.notThere }
    return (workplace, kind)
  }

  private func unlessNamed<Value>(_ write: () throws -> Value) throws -> Value {
    do { return try write() } catch StoreError.alreadyThere {
      throw FormProblems("name", "a workplace has this name already")
    }
  }

  private func check(
    _ kind: any LauncherKind, _ name: String, _ limit: String, _ ceiling: String, _ values: [String: String]
  ) throws -> (name: String, limit: Int, ceiling: Double?, options: [String: String], description: String) {
    let (name, limit, ceiling) = try FieldRules.all(
      { try FieldRules.name(name, field: "name") }, { try Self.number(limit) }, { try Self.dollars(ceiling) })
    let options = kind.taken(values)
    let problems = kind.options.compactMap { option in
      option.problem(with: options[option.name] ?? "").map { FormProblem(option.name, $0, hint: option.hint) }
    }
    guard problems.isEmpty else { throw FormProblems(problems) }
    do {
      return (name, limit, ceiling, options, try kind.describe(options))
    } catch let problem as OptionProblem {
      throw FormProblems(problem.option, problem.fact, hint: problem.hint)
    }
  }

  private static func dollars(_ text: String) throws -> Double? {
    guard !text.allSatisfy(\.isWhitespace) else { return nil }
    let most = Workplace.mostDollars
    guard let number = Int(text.trimmingCharacters(in: .whitespaces)), most.contains(number) else {
      throw FormProblem(
        "ceiling", "\(UntrustedText.line(text, limit: 20)) is no sum of whole dollars",
        hint: "from \(most.lowerBound) to \(most.upperBound), or empty")
    }
    return Double(number)
  }

  private static func number(_ text: String) throws -> Int {
    let most = Workplace.most
    guard let number = Int(text.trimmingCharacters(in: .whitespaces)), most.contains(number) else {
      throw FormProblem(
        "limit", text.isEmpty ? "it is empty" : "\(UntrustedText.line(text, limit: 20)) is no such number",
        hint: "from \(most.lowerBound) to \(most.upperBound)")
    }
    return number
  }
}

extension LauncherKind {
  /// What the schema knows of some values; a choice that nobody made is the first.
  fileprivate func taken(_ values: [String: String]) -> [String: String] {
    options.reduce(into: [:]) { taken, option in
      var value = (values[option.name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      if case .choice(let all) = option.form, value.isEmpty { value = all.first?.value ?? "" }
      if !value.isEmpty { taken[option.name] = value }
    }
  }
}
