/// What is wrong with what somebody gave: the field, a lower-case fact, and what to do.
public struct FormProblem: Error, Sendable, Equatable {
  public var field: String
  public var fact: String
  public var hint: String

  public init(_ field: String, _ fact: String, hint: String = "") {
    self.field = field
    self.fact = fact
    self.hint = hint
  }
}

/// All that is wrong with a form.
public struct FormProblems: Error, Sendable, Equatable {
  public var problems: [FormProblem]
  public init(_ problems: [FormProblem]) { self.problems = problems }
  public init(_ field: String, _ fact: String, hint: String = "") { problems = [FormProblem(field, fact, hint: hint)] }
}
