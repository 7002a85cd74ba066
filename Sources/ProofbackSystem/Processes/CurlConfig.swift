/// Options for curl as its configuration file has them (curl(1), `--config`). It goes down a pipe: nothing of it stands in
/// the process list.
public struct CurlConfig: Sendable {
  public private(set) var text: String

  /// - Parameter text: options to begin with, one a line, each with its line end.
  public init(_ text: String) { self.text = text }

  public mutating func set(_ option: String) { text += option + "\n" }

  /// A value is quoted whole; there are no lines in it, so that it can't bring options of its own.
  public mutating func set(_ option: String, _ value: String) throws(CurlConfigProblem) {
    let isPlain = value.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    // curl 7.88 reads 100 kB of a line.
    guard isPlain, value.utf8.count < 50_000 else { throw CurlConfigProblem(option: option) }
    let quoted = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    text += "\(option) = \"\(quoted)\"\n"
  }
}

/// A value that must not go into curl's configuration.
public struct CurlConfigProblem: Error, Equatable {
  public var option: String
}
