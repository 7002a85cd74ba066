import ProofbackCore

/// The first line of a list of things that restore tests use: `3 credentials, 2 in use.`
enum InUse {
  /// - Parameter users: of each, the names of what uses it; empty: nothing.
  static func text(_ word: String, _ users: [String]) -> String {
    let used = users.count { !$0.isEmpty }
    guard !users.isEmpty else { return "No \(word) yet." }
    return "\(Quantity.text(users.count, word)), \(used == 0 ? "none" : "\(used)") in use."
  }
}
