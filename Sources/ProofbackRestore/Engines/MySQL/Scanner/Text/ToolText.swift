/// Recognises what programs say on stderr, or in place of a dump.
enum ToolText {
  static let longest = 300

  struct Found: Equatable {
    var kind: ToolMessage.Kind
    var text: String
  }

  /// Names that stand before a colon at the beginning of a message; a path may stand before the name.
  private static let tools: Set<String> = [
    "mysqldump", "mariadb-dump", "mysqlpump", "mysql", "mariadb", "mydumper", "mysqlsh", "mysqladmin", "mariadb-backup",
  ]
  private static let shells: Set<String> = [
    "bash", "-bash", "sh", "-sh", "dash", "zsh", "ash", "ksh", "busybox", "sudo", "su", "ssh", "docker", "kubectl",
    "podman", "cat", "gzip",
    "perl", "tput", "nice", "timeout", "cron", "env", "xargs", "gpg", "rclone", "mesg", "error", "oci runtime error",
  ]
  /// Lines that are harmless for the data, by how they go on behind the tool's name.
  private static let warnings = ["[Warning]", "Deprecated program name", "Warning:", "warning:", "[Note]", "Info:"]
  private static let warningLines = [
    "Warning: ", "WARNING: ", "Info: Using unique option prefix", "Enter password:", "Defaulted container ",
    "mesg: ttyname failed",
    "stdin: is not a tty", "tput: ", "Unable to use a TTY", "the input device is not a TTY",
    "Pseudo-terminal will not be allocated",
  ]
  private static let failureLines = [
    "Killed", "Terminated", "Segmentation fault", "Aborted", "Error response from daemon", "Error from server",
    "command terminated with exit code", "Bus error", "Out of memory", "No space left on device", "ERROR ",
    "Permission denied", "Host key verification failed", "Connection closed by", "Traceback (most recent call last)",
  ]
  private static let pages = ["<!doctype", "<html", "<?xml", "<error", "<head", "<mysqldump"]

  /// Judges one line; nil when it is none of these.
  static func judge(_ line: UnsafeBufferPointer<UInt8>) -> Found? {
    let capped = String(decoding: line.prefix(1_024), as: UTF8.self)
    let text = capped.drop { $0 == " " || $0 == "\t" }
    guard let first = text.first else { return nil }
    if first == "<" {
      let lower = text.prefix(12).lowercased()
      return pages.contains { lower.hasPrefix($0) } ? Found(kind: .errorPage, text: page(lower)) : nil
    }
    if let kind = judgeByName(text) { return Found(kind: kind, text: redacted(text)) }
    if warningLines.contains(where: { text.hasPrefix($0) }) { return Found(kind: .warning, text: redacted(text)) }
    let isFailure =
      failureLines.contains { text.hasPrefix($0) } || text.hasSuffix(": command not found")
      || text.hasSuffix(": not found")
    return isFailure ? Found(kind: .failure, text: redacted(text)) : nil
  }

  private static func page(_ lower: String) -> String {
    if lower.hasPrefix("<mysqldump") { return "an XML dump (mysqldump --xml)" }
    return lower.hasPrefix("<?xml") || lower.hasPrefix("<error") ? "an XML document" : "a web page"
  }

  private static func judgeByName(_ text: Substring) -> ToolMessage.Kind? {
    guard let colon = text.prefix(120).firstIndex(of: ":") else { return nil }
    let name = text[..<colon].split(separator: "/").last.map(String.init) ?? ""
    let isTool = tools.contains(name)
    guard isTool || shells.contains(name.lowercased()) else { return nil }
    let rest = text[colon...].dropFirst().drop { $0 == " " }
    // The tool goes on without the table spaces, which only NDB and log file groups have (mysqldump since 8.0.21).
    if rest.hasSuffix("when trying to dump tablespaces") { return .warning }
    if warnings.contains(where: { rest.hasPrefix($0) }) || warningLines.contains(where: { text.hasPrefix($0) }) {
      return .warning
    }
    return .failure
  }

  /// Replaces what stands between single or double quotes by its length. Names in backticks stay; an apostrophe inside of a
  /// word (`Couldn't`) opens nothing.
  static func redacted(_ text: some StringProtocol) -> String {
    var result = ""
    var quote: Character?
    var hidden = 0
    var previous: Character = " "
    let characters = Array(text.prefix(1_024))
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      if let open = quote {
        if character == open && !isWord(next) {
          result += "…(\(hidden))\(open)"
          quote = nil
        } else {
          hidden += 1
        }
      } else if (character == "'" || character == "\"") && !isWord(previous) {
        quote = character
        hidden = 0
        result.append(character)
      } else {
        result.unicodeScalars.append(
          contentsOf: character.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 })
      }
      previous = character
    }
    if quote != nil { result += "…(\(hidden))" }
    return String(result.prefix(longest))
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
