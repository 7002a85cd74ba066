/// What is wrong with a query before any DBMS has seen it: it is one statement, whole, without a client's own commands.
///
/// Whether it only reads is not read from its text: it is carried out as a user who may do nothing else.
enum CheckQuery {
  static func check(_ query: String) throws(Check.Problem) {
    var reader = Reader(rest: Substring(query))
    while let character = reader.rest.first {
      switch character {
      case "'", "\"", "`":
        guard reader.skipQuoted(character) else {
          throw Check.Problem(fact: "a quote \(character) of the query is never closed", hint: "close it")
        }
      case ";":
        guard reader.rest.dropFirst().allSatisfy(\.isWhitespace) else {
          throw Check.Problem(fact: "the query has more than one statement", hint: "write a check for each")
        }
        return
      case "\\":
        throw Check.Problem(
          fact: "the query has a backslash outside of quotes",
          hint: "commands of a client can't be used, only statements")
      default: reader.skip()
      }
    }
  }

  private struct Reader {
    var rest: Substring

    mutating func skip() {
      for (opening, closing) in [("--", "\n"), ("/*", "*/")] where rest.hasPrefix(opening) {
        rest = rest.range(of: closing).map { rest[$0.upperBound...] } ?? rest[rest.endIndex...]
        return
      }
      rest.removeFirst()
    }

    /// A doubled quote begins a next text at once; a backslash in front of a quote takes it in, as MySQL reads it.
    mutating func skipQuoted(_ quote: Character) -> Bool {
      rest.removeFirst()
      while let character = rest.popFirst() {
        if character == "\\" { _ = rest.popFirst() }
        if character == quote { return true }
      }
      return false
    }
  }
}
