import Foundation

/// Times as tools write them: RFC 3339, with up to nine digits of a second, and Python's, which has no zone and is UTC where we
/// asked for it.
enum ToolTime {
  static func read(_ text: String) -> Date? {
    let shape = /(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+\-]\d\d:\d\d)?/
    guard let parts = text.wholeMatch(of: shape)?.output,
      let seconds = try? Date("\(parts.1)T\(parts.2)\(parts.4 ?? "Z")", strategy: .iso8601)
    else { return nil }
    return seconds.addingTimeInterval(parts.3.flatMap { Double("0\($0)") } ?? 0)
  }
}
