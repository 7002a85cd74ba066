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
    "pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "pg_receivewal", "psql",
  ]
  private static let programs: Set<String> = [
    "bash", "-bash", "sh", "-sh", "dash", "zsh", "ash", "ksh", "fish", "pwsh", "busybox", "sudo", "su", "doas",
    "runuser",
    "chroot", "flock", "nice", "ionice", "timeout", "cron", "env", "xargs", "perl", "tput", "mesg", "systemd-run",
    "ssh", "scp", "sftp", "rsync", "client_loop", "kex_exchange_identification", "ssh_exchange_identification",
    "ssh_dispatch_run_fatal", "packet_write_wait", "socat", "nc",
    "docker", "docker-compose", "kubectl", "oc", "podman", "nerdctl", "crictl", "lxc", "lxc-attach",
    "oci runtime error",
    "oci runtime exec failed", "error",
    "cat", "tee", "pv", "split", "tar", "gzip", "pigz", "zstd", "xz", "bzip2", "lz4", "gpg", "age", "openssl", "rclone",
    "aws", "curl", "wget", "write error", "write failed", "fatal error", "upload failed", "download failed",
  ]
  static func isTool(_ name: String) -> Bool { tools.contains(name) }
  /// Lines that are harmless for the data, by how they go on behind the tool's name.
  private static let warnings = [
    "[Warning]", "Deprecated program name", "Warning:", "warning:", "[Note]", "Info:",
    "detail:", "hint:",
  ]
  private static let warningLines = [
    "Warning: ", "WARNING: ", "Info: Using unique option prefix", "Enter password:", "Defaulted container ",
    "mesg: ttyname failed",
    "stdin: is not a tty", "tput: ", "Unable to use a TTY", "Pseudo-terminal will not be allocated",
  ]
  /// Of shells, ssh (clientloop.c, packet.c), docker and kubectl, the kernel's error texts. docker exec -t ends at once
  /// when it has no terminal.
  private static let failureLines = [
    "Killed", "Terminated", "Segmentation fault", "Aborted", "Bus error", "Out of memory", "No space left on device",
    "Broken pipe", "Permission denied", "Disk quota exceeded", "Input/output error", "Cannot allocate memory",
    "Traceback (most recent call last)", "ERROR ",
    "Host key verification failed", "Connection closed by", "Connection reset by", "Connection to ", "Timeout, server ",
    "Shared connection to ", "Received disconnect from", "Disconnected from", "@@@@@@@@@@",
    "Error response from daemon", "Cannot connect to the Docker daemon", "Got permission denied while trying",
    "the input device is not a TTY", "command terminated with exit code", "Error from server",
    "Unable to connect to the server", "The connection to the server ", "An error occurred (",
  ]
  private static let failureEnds = [
    ": command not found", ": not found", " closed by remote host.", ": Permission denied", ": No space left on device",
    ": No such file or directory", ": Broken pipe", ": Connection refused", ": Connection timed out",
    ": Connection reset by peer", ": Input/output error", ": Disk quota exceeded", ": Cannot allocate memory",
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
    return isFailure(text) ? Found(kind: .failure, text: redacted(text)) : nil
  }

  private static func isFailure(_ text: Substring) -> Bool {
    failureLines.contains { text.hasPrefix($0) } || failureEnds.contains { text.hasSuffix($0) }
      || isFailureOfOne(text.prefix(200))
  }

  /// `backup.sh: line 12: …` is any shell's; `user@host: Permission denied (publickey).` is ssh's. Every line of a dump
  /// comes by: a regular expression would be compiled for each.
  private static func isFailureOfOne(_ text: Substring) -> Bool {
    let name = text.prefix { !$0.isWhitespace }
    guard name.last == ":", name.count > 1 else { return false }
    let rest = text[name.endIndex...]
    if rest.hasPrefix(" Permission denied (") { return true }
    guard rest.hasPrefix(" line ") else { return false }
    let number = rest.dropFirst(6)
    let behind = number.drop(while: \.isNumber)
    return behind.startIndex > number.startIndex && behind.hasPrefix(": ")
  }

  private static func page(_ lower: String) -> String {
    if lower.hasPrefix("<mysqldump") { return "an XML dump (mysqldump --xml)" }
    return lower.hasPrefix("<?xml") || lower.hasPrefix("<error") ? "an XML document" : "a web page"
  }

  private static func judgeByName(_ text: Substring) -> ToolMessage.Kind? {
    let start = text.prefix(200)
    // On Windows a drive's colon stands in front of the one behind the name.
    guard let colon = start.firstRange(of: ": ")?.lowerBound ?? start.firstIndex(of: ":") else { return nil }
    let path = text[..<colon].split { $0 == "/" || $0 == "\\" }.last ?? ""
    let name = String(path.hasSuffix(".exe") ? path.dropLast(4) : path)
    guard tools.contains(name) || programs.contains(name.lowercased()) else { return nil }
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
