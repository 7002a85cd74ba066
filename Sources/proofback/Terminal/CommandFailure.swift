import ArgumentParser
import ProofbackCore

/// Why a command could not do what it was asked for, when that is not the command line's fault: it ends with 1 unless
/// the command gives that another sense, and without usage.
struct CommandFailure: Error, Equatable {
  /// Stable, dotted: `vault.wrong-key`.
  var code: String
  /// Lower-case, with the offending value.
  var fact: String
  /// What to do; may be empty.
  var hint: String
  var exitCode = ProofbackCore.ExitCode.failed

  init(_ code: String, _ fact: String, hint: String = "") {
    self.code = code
    self.fact = fact
    self.hint = hint
  }

  /// What nobody has foreseen.
  init(unexpected error: any Error) {
    self.init(
      "command.internal-error", "something in proofback failed: \(UntrustedText.line("\(error)", limit: 500))",
      hint: "try again; if it stays, report it with this text")
  }

  var text: String { "\(fact) (\(code))" + (hint.isEmpty ? "" : "\nnext: \(hint)") }
}
