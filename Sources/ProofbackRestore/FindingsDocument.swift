import ProofbackCore

/// `docs/findings.md`, made from the table that the code judges by.
public enum FindingsDocument {
  public static func markdown() -> String {
    var lines = opening
    for area in FindingCatalogue.areas {
      lines += ["## \(area.title)", ""]
      for definition in area.definitions { lines += section(definition) }
    }
    return lines.joined(separator: "\n")
  }

  private static let opening = [
    "# Findings", "",
    "Looking for a code that a run showed? Search this page for it. Made by `make docs` from the code; do not edit.",
    "",
    "## From cause to verdict", "",
    "- **failed**: the backup can't be trusted. The file is missing at a location that answers, empty, too old, too small,",
    "  unreadable in any layer, not what it is said to be, encrypted to none of the given keys, has a statement that no dump",
    "  has any business with, or what came back contradicts what the dump claims.",
    "- **inconclusive**: the test could not be carried out. The location can't be reached, the login is refused, the host key",
    "  changed, no key was given at all, the DBMS or version that the dump needs is not here, a limit was reached with no cause",
    "  found in the dump, or something of ours broke. What can go wrong with machines in AWS: [workplaces.md](workplaces.md).",
    "- When both hold, failed wins. But what a stream shows only because it was cut by us (a lost link, a limit, a cancel)",
    "  says nothing about the backup and is left out, unless it is marked *stands when cut*.",
    "- **passed** (people read: proven): neither; warnings do not change that.", "",
  ]

  private static func section(_ definition: FindingDefinition) -> [String] {
    let cut = definition.holdsWhenCut ? ", stands when cut" : ""
    var lines = ["### `\(definition.code)`", "", "*\(word(definition.consequence))\(cut)*. \(definition.cause)", ""]
    if !definition.nextStep.isEmpty { lines += ["Next: \(definition.nextStep).", ""] }
    return lines
  }

  private static func word(_ consequence: Consequence) -> String {
    switch consequence {
    case .none: "Ok"
    case .warning: "Warning"
    case .failed: "Failed"
    case .inconclusive: "Inconclusive"
    }
  }
}
