public import ProofbackCore

/// Findings of checks of one's own.
public enum CheckFindings {
  public static let held = FindingDefinition(
    "check.held", .none, cause: "The answer to a check's question is as the check expects it.", nextStep: "")
  public static let notHeld = FindingDefinition(
    "check.not-held", .failed, cause: "The answer to a check's question is another one than the check expects.",
    nextStep:
      "look at the data at the source and at what the backup job leaves out; if the expectation is outdated, change the check"
  )
  public static let nothingToAsk = FindingDefinition(
    "check.not-there", .failed,
    cause: "What a check asks for (a database, table, column, view …) did not come back with the backup.",
    nextStep: "look whether the backup job leaves it out; if the check misspells its name, mend the check")
  public static let notAsked = FindingDefinition(
    "check.not-answered", .inconclusive,
    cause: "A check's question could not be answered for a reason of its own, which says nothing of the backup.",
    nextStep: "mend the check's query, which may only read; it can be tried with proofback run --check")
  public static let tooLong = FindingDefinition(
    "check.too-long", .inconclusive, cause: "A check's query took longer than the check allows.",
    nextStep: "give it more time (NAME within 2m: …), or ask for something that an index answers")
  public static let noted = FindingDefinition(
    "check.first-answer", .none,
    cause: "A check expects the answer of the last passed run, and there is none yet: today's is the first one.",
    nextStep: "")

  public static let all = [held, notHeld, nothingToAsk, notAsked, tooLong, noted]
}
