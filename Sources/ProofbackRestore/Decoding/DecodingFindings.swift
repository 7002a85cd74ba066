public import ProofbackCore

/// What decoding can find, layer kinds together.
public enum DecodingFindings {
  public static let all: [FindingDefinition] =
    [tooManyLayers, killed, notStarted, gaveUp] + DecompressFindings.all + DecryptFindings.all

  /// failed: no backup tool nests so deep; a file that contains itself does.
  static let tooManyLayers = FindingDefinition(
    "decode.too-many-layers", .failed,
    cause: "The file is compressed or encrypted in more layers than any backup is.",
    nextStep: "look at how the file was made; it may have been made to exhaust whoever unpacks it")

  static let killed = FindingDefinition(
    "decoder.killed", .inconclusive,
    cause: "A decoder was killed from outside, so the file could not be read to its end.",
    nextStep: "look in the kernel's log for the out-of-memory killer, give the run more memory, and run it again")

  static let notStarted = FindingDefinition(
    "decoder.not-started", .inconclusive,
    cause: "A decoder could not be started in its sealed surroundings.",
    nextStep: "run `proofback doctor`: it says what keeps sealed processes from being started here")

  static let gaveUp = FindingDefinition(
    "decoder.failed", .inconclusive,
    cause: "A decoder ended with an error that does not say that the file is bad.",
    nextStep: "decode the file by hand with the same tool to see what it says")

  /// The findings that any tool's end can have, whatever its kind; nil when the kind has to judge.
  static func ofAnyTool(_ name: String, _ outcome: LayerOutcome) -> Finding? {
    if DecoderSeal.failedToStart(outcome) {
      return notStarted.finding("\(name) could not be started", evidence: lines(outcome))
    }
    switch outcome.end {
    // bubblewrap passes a signal on as 128 and its number.
    case .signalled(9), .exited(137): return killed.finding("\(name) was killed before it had read the whole file")
    case .signalled(let number):
      return killed.finding("\(name) was ended by signal \(number)")
    // ld.so's and the shell's: found, not runnable.
    case .exited(126), .exited(127):
      return notStarted.finding("\(name) could not be started", evidence: lines(outcome))
    default: return nil
    }
  }

  /// The tool ended badly and said nothing that its kind knows.
  static func unexplained(_ name: String, _ outcome: LayerOutcome) -> Finding {
    gaveUp.finding("\(name) gave up without saying that the file is bad", evidence: lines(outcome))
  }

  private static func lines(_ outcome: LayerOutcome) -> [String] {
    ["it ended: \(outcome.end)"] + outcome.errorLines.prefix(5).map { UntrustedText.line($0) }
  }
}
