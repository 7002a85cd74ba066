import Foundation
import ProofbackCore

/// What a terminal can show.
enum Terminal {
  /// Whether lines may be rewritten on this descriptor.
  static func isLive(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Colours for a terminal, none elsewhere or with NO_COLOR (no-color.org).
  static func paint(for descriptor: Int32) -> @Sendable (Verdict, String) -> String {
    let environment = ProcessInfo.processInfo.environment
    guard isLive(descriptor), environment["NO_COLOR"]?.isEmpty ?? true else { return { $1 } }
    return { verdict, text in
      let colour =
        switch verdict {
        case .passed: "32"
        case .failed: "31"
        case .inconclusive: "33"
        }
      return "\u{1B}[1;\(colour)m\(text)\u{1B}[0m"
    }
  }

  /// Columns of the terminal, at most 100.
  static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 100 }
    return min(100, Int(size.ws_col))
  }
}
