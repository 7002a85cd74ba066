import Foundation
import ProofbackCore
import ProofbackSystem

/// Looks at a GPG secret key with gpg, whose home is in memory and gone with it.
enum GPGKeys {
  private static let description = "GPG secret key"
  private static let seconds = 20.0
  /// Of the sealed gpg when we are root: no run's (`UserClaim.range`), and nothing of it outlives its seal.
  private static let user: UInt32 = 910_000

  /// Whether it is one, whether it is locked, and with the passphrase given.
  static func inspect(_ key: Data, _ passphrase: Data?) async -> KeyInspection {
    guard let gpg = Programs.find("gpg"), let agent = Programs.find("gpg-agent"), Programs.find("bwrap") != nil else {
      return untried(passphrase)
    }
    do {
      let line = (passphrase ?? Data()).prefix { $0 != 0x0A && $0 != 0x0D } + [0x0A]
      let outcome = try await command(gpg, agent).capture(input: Array(line + key), within: seconds, ownSession: true)
      return reading(outcome, passphrase)
    } catch {
      return .lockedKey(description, .failed("gpg could not be started"))
    }
  }

  /// Where gpg can't be sealed, the key is kept as it is: each run tries it.
  private static func untried(_ passphrase: Data?) -> KeyInspection {
    passphrase == nil ? .key(description) : .lockedKey(description, .untried)
  }

  static func reading(_ outcome: Command.Outcome, _ passphrase: Data?) -> KeyInspection {
    if outcome.end == .exited(1), NamespaceRefusal.isOne(outcome.errorText) { return untried(passphrase) }
    let status = GPGStatus(lines: outcome.errorText.split(whereSeparator: \.isNewline))
    guard outcome.end == .exited(0) else {
      let isSlow = if case .signalled = outcome.end { true } else { false }
      return .lockedKey(description, .failed(isSlow ? "gpg did not end within \(Int(seconds)) s" : "gpg broke"))
    }
    guard status.secretKeysRead > 0 else { return .noKey("gpg finds no whole secret key in it") }
    let found = Set(outcome.text.split(separator: "\n"))
    if found.contains("open") { return .key(description) }
    if passphrase == nil { return .lockedKey(description, .noneGiven) }
    return .lockedKey(description, found.contains("opened") ? .opens : .doesNotOpen)
  }

  /// Reads a line with the passphrase and then the key; says `open` for each key that needs none, `opened` for each that
  /// it opens, `locked` for the others. `--passwd` with `--dry-run` only verifies (gpg's manual).
  private static func command(_ gpg: String, _ agent: String) -> Command {
    let script = """
      IFS= read -r line; printf %s "$line" > /tmp/passphrase; : > /tmp/none
      with() { file=$1; shift; \(gpg) --batch --no-tty --no-options --homedir /gpg --pinentry-mode loopback \\
        --ignore-time-conflict --no-auto-check-trustdb --trust-model always --passphrase-file "/tmp/$file" "$@"; }
      opens() { case $(with "$1" --status-fd 1 --dry-run --passwd "$2" < /dev/null 2> /dev/null) in
        *"SUCCESS keyedit.passwd"*) return 0;; *) return 1;; esac; }
      with none --status-fd 2 --import
      with none --list-secret-keys --with-colons --fixed-list-mode > /tmp/list 2> /dev/null
      while IFS=: read -r record f2 f3 f4 f5 f6 f7 f8 f9 fingerprint rest; do
        case $record in sec) first=1; continue;; fpr) ;; *) continue;; esac
        test "$first" || continue
        first=
        if opens none "$fingerprint"; then echo open
        elif opens passphrase "$fingerprint"; then echo opened
        else echo locked; fi
      done < /tmp/list
      exit 0
      """
    return DecoderSeal.seal(
      Command("/usr/bin/sh", ["-c", script], environment: DecoderSeal.environment), as: user,
      binds: [.init(gpg), .init(agent)], privateFolders: ["/gpg"])
  }
}
