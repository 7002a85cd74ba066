/// Tolerances as people write them: `rows-lost=30%`, `values-changed=0.5`.
public enum ToleranceText {
  public struct Problem: Error, CustomStringConvertible {
    public var description: String
  }

  public static func parse(_ texts: [String]) throws -> [Tolerance: Double] {
    var result: [Tolerance: Double] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
      guard parts.count == 2, let tolerance = Tolerance(rawValue: parts[0]) else {
        throw Problem(
          description:
            "'\(UntrustedText.line(text))' is no tolerance: write rows-lost=30%, with one of the names \(Tolerance.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      let isPercent = parts[1].hasSuffix("%")
      guard let value = Double(isPercent ? String(parts[1].dropLast()) : parts[1]), value.isFinite,
        (0...1).contains(isPercent ? value / 100 : value)
      else {
        throw Problem(description: "'\(UntrustedText.line(text))' is no share between 0 % and 100 %")
      }
      result[tolerance] = isPercent ? value / 100 : value
    }
    return result
  }

  /// Several in one text, with commas or line ends between them.
  public static func parse(list: String) throws -> [Tolerance: Double] {
    try parse(
      list.split(whereSeparator: { $0 == "," || $0.isNewline }).map(String.init).filter { text in
        text.contains { !$0.isWhitespace }
      })
  }

  /// As `parse(list:)` reads it, always in the same order.
  public static func text(_ tolerances: [Tolerance: Double]) -> String {
    Tolerance.allCases.compactMap { tolerance in
      tolerances[tolerance].map { share in
        let percent = (share * 100 * 1e9).rounded() / 1e9
        return "\(tolerance.rawValue)=\(percent == percent.rounded() ? "\(Int(percent))" : "\(percent)")%"
      }
    }.joined(separator: ", ")
  }
}
