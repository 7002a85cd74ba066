/// Sizes and times as people write and read them: `1MB`, `26h`, `1.2 GB`.
public enum Quantity {
  private static let sizeUnits: [(String, Double)] = [
    ("tb", 1e12), ("gb", 1e9), ("mb", 1e6), ("kb", 1e3), ("tib", 1_099_511_627_776), ("gib", 1_073_741_824),
    ("mib", 1_048_576), ("kib", 1024), ("b", 1), ("", 1),
  ]
  private static let timeUnits: [(String, Double)] = [
    ("d", 86400), ("h", 3600), ("m", 60), ("min", 60), ("s", 1), ("", 1), ("w", 604800),
  ]

  /// Bytes in `text` such as `500`, `1MB`, `2.5 GiB`; nil when it is no size.
  public static func bytes(_ text: String) -> UInt64? {
    guard let value = parse(text, sizeUnits), value < 9e18 else { return nil }
    return UInt64(value)
  }

  /// Seconds in `text` such as `90s`, `26h`, `7d`; nil when it is no time.
  public static func seconds(_ text: String) -> Double? { parse(text, timeUnits) }

  private static func parse(_ text: String, _ units: [(String, Double)]) -> Double? {
    let trimmed = text.lowercased().filter { $0 != " " }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let value = Double(digits), value.isFinite, value >= 0 else { return nil }
    let unit = trimmed.dropFirst(digits.count)
    return units.first { $0.0 == unit }.map { value * $0.1 }
  }

  /// `1.2 GB`.
  public static func text(bytes: UInt64) -> String {
    let value = Double(bytes)
    for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where value >= factor {
      return "\(oneDecimal(value / factor)) \(unit)"
    }
    return bytes == 1 ? "1 byte" : "\(bytes) bytes"
  }

  /// `0.4 s`, `12 s`, `3 min 20 s`, `7 h`, `3 days`.
  public static func text(seconds: Double) -> String {
    if seconds < 10 { return "\(oneDecimal(max(0, seconds))) s" }
    let whole = Int(min(seconds.rounded(), 9e15))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s" }
    if whole < 172_800 {
      return whole % 3600 < 60 ? "\(whole / 3600) h" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
    return "\(whole / 86400) days"
  }

  /// Of what is paid by the hour: `12 min 5 s`, `61.5 h`.
  public static func text(paidSeconds seconds: Double) -> String {
    seconds < 3600 ? text(seconds: seconds) : "\(oneDecimal(seconds / 3600)) h"
  }

  /// As `seconds(_:)` reads it back without loss: `26h`, `90s`.
  public static func written(seconds: Double) -> String {
    guard seconds == seconds.rounded(), abs(seconds) < 9e15 else { return "\(seconds)" }
    let whole = Int(seconds)
    for (unit, factor) in [("d", 86_400), ("h", 3600), ("m", 60)] where whole % factor == 0 {
      return "\(whole / factor)\(unit)"
    }
    return "\(whole)s"
  }

  /// As `bytes(_:)` reads it back without loss: `1MB`, `1025`.
  public static func written(bytes: UInt64) -> String {
    for (unit, factor) in [("TB", UInt64(1e12)), ("GB", UInt64(1e9)), ("MB", UInt64(1e6)), ("kB", UInt64(1e3))]
    where bytes % factor == 0 && bytes > 0 {
      return "\(bytes / factor)\(unit)"
    }
    return "\(bytes)"
  }

  /// `1 table`, `12 tables`, `2 indexes`.
  public static func text(_ count: Int, _ word: String) -> String {
    let plural = word.hasSuffix("x") ? word + "es" : word + "s"
    return "\(text(count: UInt64(max(0, count)))) \(count == 1 ? word : plural)"
  }

  /// `1,234,567`.
  public static func text(count: UInt64) -> String {
    let digits = Array(String(count))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  private static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
