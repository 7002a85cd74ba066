import ProofbackCore

extension RestoreRun {
  /// A run that passes proves that what the backup holds comes back. What it can't prove is said, too.
  func noteWhatIsNotShown() {
    guard !ledger.isDecided, control.stopped == nil else { return }
    var gaps: [String] = []
    if ledger.proof == nil {
      gaps.append("what was changed or left out before the backup was written (there is no proof file beside it)")
    }
    if specification.profileKey == nil {
      gaps.append("what is less or older than it was (no earlier run was given to hold it against)")
    }
    guard !gaps.isEmpty else { return }
    ledger.add(RunFindings.notShown.finding("not shown by this run: \(gaps.joined(separator: "; "))"))
  }
}
