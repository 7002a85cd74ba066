import Foundation

/// What an instance's console showed. Our own script writes no secrets there.
struct ConsoleOutput: Sendable, Equatable {
  /// The last lines up to our script's last: after that the system only says how it shuts down.
  let lastWords: [String]
  /// Why there was no container, if that was why it ended.
  let trouble: ContainerTrouble?

  init(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline)
    let end = lines.lastIndex { $0.contains(Self.mark) }.map { $0 + 1 } ?? lines.count
    lastWords = lines[..<end].suffix(Self.most).map(String.init)
    trouble = lines.compactMap { ContainerTrouble(line: $0) }.last
  }

  /// In each line that our script prints.
  private static let mark = "proofback: "
  private static let most = 8
}
