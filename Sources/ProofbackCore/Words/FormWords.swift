/// Words for who fills in forms. Hints are written once, and name what helps as the command line does; on pages and in
/// messages the fields of the forms stand in the place of its options.
public enum FormWords {
  /// Options of `proofback run` and what they are called in forms. Engines name theirs in words: `the option orphans`.
  static let fields: [(option: String, field: String)] = [
    ("--decryption-key", "“Decryption key”"), ("--passphrase-file", "“Passphrase”"),
    ("--ssh-key FILE", "the backup server's credential"), ("--ssh-key", "the backup server's credential"),
    ("--known-hosts", "known hosts"), ("--max-age", "“Not older than”"), ("--min-size", "“Not smaller than”"),
    ("--require-encryption", "“Must be encrypted”"), ("--recipient", "“Encrypted to”"),
    ("--proof-key", "“Proof key”"), ("--openssl-cipher", "“Cipher of openssl enc”"),
    ("--file", "“Backup file”"), ("--type", "“Type”"), ("--depth", "“What is read back”"),
    ("--timeout", "“Longest time”"), ("--memory", "“Memory”"), ("--disk", "“Disk”"),
  ]

  /// A hint as forms would say it.
  public static func hint(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "-")) else { return text }
    var text = text
    for (option, field) in fields { text = replaced(text, option, field) }
    return text
  }

  /// Only where the option stands as a word: other programs have options that begin with the same letters.
  private static func replaced(_ text: String, _ option: String, _ field: String) -> String {
    var (result, rest) = ("", text[...])
    while let found = rest.firstRange(of: option) {
      let before = rest[..<found.lowerBound].last
      let after = rest[found.upperBound...].first
      let isWord = !(after.map { $0.isLetter || $0 == "-" || $0 == "=" } ?? false) && before != "-"
      result += rest[..<found.lowerBound] + (isWord ? field : String(option))
      rest = rest[found.upperBound...]
    }
    return result + rest
  }
}
