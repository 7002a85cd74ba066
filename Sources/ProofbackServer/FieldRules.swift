import Foundation

/// Rules for single fields, the same for pages and API.
enum FieldRules {
  /// A name that people give: one line, 1 to 100 characters.
  static func name(_ text: String, field: String, longest: Int = 100) throws -> String {
    let name = text.trimmingCharacters(in: .whitespaces)
    guard !name.isEmpty else { throw FormProblem(field, "it is empty") }
    guard name.count <= longest else {
      throw FormProblem(field, "it has \(name.count) characters", hint: "\(longest) are allowed")
    }
    guard !name.unicodeScalars.contains(where: isControl) else {
      throw FormProblem(field, "it holds a control character")
    }
    return name
  }

  /// No field is larger than what it is for.
  /// - Throws: `FormProblems`.
  static func lengths(_ fields: [(field: String, text: String, most: Int)]) throws {
    let problems = fields.filter { $0.text.utf8.count > $0.most }.map {
      FormProblem($0.field, "it has \($0.text.utf8.count) bytes", hint: "\($0.most) are allowed")
    }
    if !problems.isEmpty { throw FormProblems(problems) }
  }

  /// Also what turns the direction of the text around it, or ends its line (Unicode Standard Annex 9).
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
      || [0x2028...0x202E, 0x2066...0x2069].contains { $0.contains(scalar.value) }
  }

  /// Letters, digits and `.-_@+`, as logins are written.
  static func login(_ text: String) throws -> String {
    let login = try name(text, field: "login", longest: 64)
    guard login.allSatisfy({ $0.isLetter || $0.isNumber || ".-_@+".contains($0) }) else {
      throw FormProblem("login", "it holds a character other than letters, digits and . - _ @ +")
    }
    return login
  }

  /// NIST SP 800-63B: length counts, composition rules do not.
  static func password(_ text: String, login: String) throws -> String {
    guard text.count >= 12 else {
      throw FormProblem("password", "it has \(text.count) characters", hint: "at least 12 are needed")
    }
    guard text.utf8.count <= 1024 else { throw FormProblem("password", "it is longer than 1024 bytes") }
    guard Set(text).count >= 5 else { throw FormProblem("password", "it repeats the same few characters") }
    guard text.lowercased() != login.lowercased() else { throw FormProblem("password", "it is the login") }
    return text
  }

  /// Collects the problems of several fields.
  static func all<each Value>(_ checks: repeat () throws -> each Value) throws -> (repeat each Value) {
    var problems: [FormProblem] = []
    func attempt<One>(_ check: () throws -> One) throws -> One? {
      do { return try check() } catch let problem as FormProblem {
        problems.append(problem)
        return nil
      }
    }
    let values = (repeat try attempt(each checks))
    if !problems.isEmpty { throw FormProblems(problems) }
    return (repeat (each values)!)
  }
}
