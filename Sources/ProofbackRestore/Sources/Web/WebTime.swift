import Foundation

/// Times of headers.
enum WebTime {
  /// Of a header: `Thu, 26 Nov 2026 20:05:57 GMT` (RFC 9110, section 5.6.7).
  static func read(_ text: String) -> Date? {
    guard let match = text.wholeMatch(of: /\w+, (\d\d) (\w\w\w) (\d{4}) (\d\d):(\d\d):(\d\d) GMT/),
      let month = months.firstIndex(of: String(match.output.2))
    else { return nil }
    let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
    let parts = match.output
    return try? Date("\(parts.3)-\(number)-\(parts.1)T\(parts.4):\(parts.5):\(parts.6)Z", strategy: .iso8601)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
