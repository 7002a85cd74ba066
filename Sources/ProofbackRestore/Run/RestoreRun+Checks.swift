import ProofbackCore

/// Checks of one's own, asked when everything has come back and was read.
extension RestoreRun {
  func askChecks(_ session: any EngineSession, _ verification: Verification) async throws {
    let checks = specification.checks
    guard !checks.isEmpty, control.stopped == nil else { return }
    let key = answerKey
    let measured = MeasuredAnswers(verification, key: key)
    var outcomes = checks.map { measured.outcome(of: $0.question) }
    let asked = checks.indices.filter { outcomes[$0] == nil }
    let answers = try await session.answer(
      asked.map { index in
        let check = checks[index]
        return CheckedQuery(check.question.text, database: check.question.database, seconds: check.seconds, key: key)
      })
    await control.noticeLimit()
    guard control.stopped == nil else { return }
    for (index, answer) in zip(asked, answers) { outcomes[index] = answer }
    for (check, outcome) in zip(checks, outcomes) {
      guard let outcome else { continue }
      if case .answer(let answer) = outcome { ledger.note(answer: answer, to: check) }
      let before = specification.baseline?.newest.answers?[check.asked]
      ledger.add(CheckJudgement(check: check, asOf: asOf, key: key, before: before).finding(outcome))
    }
  }
}

extension Check {
  /// What its answer is kept under: another question has another answer.
  var asked: String { "\(question.database ?? "")\n\(question.text)" }
}
