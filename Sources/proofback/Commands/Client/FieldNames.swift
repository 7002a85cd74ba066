import ProofbackClient

/// The API's fields as the command line has them.
enum FieldNames {
  /// What is an argument of its own, or typed when it is asked for.
  private static let plain: Set = ["location", "name", "login", "password", "url", "id"]
  private static let other = [
    "q": "--text", "decryptionKeys": "--decryption-key", "recipients": "--recipient", "checks": "--check",
    "options": "--engine-option", "volatileTables": "--volatile", "tolerances": "--tolerance",
  ]

  /// `maxAge` is `--max-age`.
  static func option(_ field: String) -> String {
    if plain.contains(field) { return field }
    if let other = other[field] { return other }
    if field.hasPrefix("option-") { return "--engine-option \(field.dropFirst("option-".count))" }
    return "--"
      + field.flatMap { letter in letter.isUppercase ? "-\(letter.lowercased())" : String(letter) }.map(String.init)
      .joined()
  }

  /// What the server says of fields, in the words of the command line.
  static func text(_ fields: [ClientError.Field]) -> String {
    fields.map { $0.text(named: option($0.name)) }.joined(separator: "\n")
  }
}
