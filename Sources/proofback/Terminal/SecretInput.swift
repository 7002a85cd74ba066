import Foundation
import ProofbackClient
import ProofbackCore

/// Secrets that people type or hand over: never in arguments, never shown.
enum SecretInput {
  /// - Parameter file: `-` is standard input; nil asks on the terminal, or reads standard input where there is none.
  static func read(_ what: String, file: String?) throws -> String {
    let text: String
    if let file, file != "-" {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ClientError("\(UntrustedText.line(file)) can't be read")
      }
      text = String(decoding: data, as: UTF8.self)
    } else if file == nil, isTerminal {
      text = ask(what)
    } else {
      text = readLine(strippingNewline: true) ?? ""
    }
    let secret = text.trimmingCharacters(in: .newlines)
    guard !secret.isEmpty, !secret.contains(where: \.isNewline) else { throw ClientError("no \(what) was given") }
    return secret
  }

  /// One that nobody knows yet: typed twice on a terminal, since nobody sees it.
  static func readNew(_ what: String) throws -> String {
    let secret = try read(what, file: nil)
    guard !isTerminal || ask("\(what), once more") == secret else {
      throw ClientError("the two are not the same", hint: "nothing was changed; call it again")
    }
    return secret
  }

  private static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  private static func ask(_ what: String) -> String {
    StandardError.write("\(what): ")
    var old = termios()
    tcgetattr(STDIN_FILENO, &old)
    var silent = old
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &old)
      StandardError.write("\n")
    }
    return readLine(strippingNewline: true) ?? ""
  }
}
