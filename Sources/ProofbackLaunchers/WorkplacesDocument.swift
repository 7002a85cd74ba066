import ProofbackCore

/// docs/workplaces.md, made from the kinds' options and findings.
public enum WorkplacesDocument {
  public static func markdown() -> String {
    ([head] + LauncherCatalogue.kinds.map(section) + LauncherCatalogue.findings.map(findings)).joined(separator: "\n")
  }

  private static let head = """
    # Workplaces

    Where runs are carried out, if not on the server's own machine. Made by `make docs` from the code; do not edit. Managers
    add workplaces under Workplaces, restore tests choose one. Setting AWS up, step by step: [aws.md](aws.md).

    A workplace has a number of runs at once that is never exceeded, whichever servers start them; what is over it waits, and
    says so. A drill that goes on counts as a run of its workplace. Everything that is started carries the run's id, the server's
    id and a deadline; every minute and at its start the server ends what outlived its run.

    """

  private static func section(_ kind: any LauncherKind) -> String {
    let rows = kind.options.map { option in
      let choices: String =
        if case .choice(let all) = option.form { all.map(\.label).joined(separator: "; ") } else { "" }
      let notes = [option.isRequired ? "Required." : "", option.hint, choices]
      return "| \(option.label) | `\(option.name)` | \(notes.filter { !$0.isEmpty }.joined(separator: " ")) |"
    }
    let table =
      rows.isEmpty ? "No options." : "| option | in the API | |\n|---|---|---|\n\(rows.joined(separator: "\n"))"
    return "## \(kind.title) (`\(kind.name)`)\n\n\(table)\n"
  }

  private static func findings(_ area: (title: String, definitions: [FindingDefinition])) -> String {
    let sections = area.definitions.map { definition in
      let word =
        switch definition.consequence {
        case .none: "Ok"
        case .warning: "Warning"
        case .failed: "Failed"
        case .inconclusive: "Inconclusive"
        }
      let next = definition.nextStep.isEmpty ? "" : "Next: \(definition.nextStep).\n\n"
      return "### `\(definition.code)`\n\n*\(word)*. \(definition.cause)\n\n\(next)"
    }
    return "## Findings: \(area.title)\n\n\(sections.joined())"
  }
}
