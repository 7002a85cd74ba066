import ArgumentParser
import Foundation
import ProofbackCore

/// Checks of one's own.
struct CheckOptions: ParsableArguments {
  @Option(
    name: .customLong("check"),
    help: ArgumentHelp(
      "A question and what its answer is to be, such as 'fresh: SELECT max(created_at) FROM orders => newer than 24h' or 'enough: rows of orders => >= 1000'. May be given more than once; docs/checks.md has all forms.",
      valueName: "check"))
  var texts: [String] = []
  @Option(
    help: ArgumentHelp("A file of such checks, one a line; lines that begin with # are passed over.", valueName: "file")
  )
  var checks: String?

  private static let longestFile = 1 << 20

  func fill(_ specification: inout RunSpecification) throws {
    let lines = try checks.map(Self.lines) ?? []
    do { specification.checks = try Check.list(lines + texts) } catch {
      throw ValidationError("--check: \(error.fact)\(error.hint.isEmpty ? "" : "\nnext: \(error.hint)")")
    }
  }

  private static func lines(_ path: String) throws -> [String] {
    guard let content = FileManager.default.contents(atPath: path), content.count <= longestFile,
      let text = String(data: content, encoding: .utf8)
    else {
      throw ValidationError("--checks: \(UntrustedText.line(path)) can't be read, or is no file of up to 1 MB of text")
    }
    return text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.hasPrefix("#") }
  }
}
