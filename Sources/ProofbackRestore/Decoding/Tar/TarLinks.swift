import ProofbackCore

/// Links between files of one tar (`latest.sql` beside the dumps): what they lead to is in the tar by itself, so that they
/// are passed over.
struct TarLinks {
  private var count = 0
  private var first: String?

  mutating func note(_ name: String) {
    count += 1
    first = first ?? name
  }

  var finding: Finding? {
    first.map { first in
      let more = count > 1 ? " and \(count - 1) more" : ""
      return TarFindings.linkPassedOver.finding(
        "\(UntrustedText.line(first, limit: 120))\(more) in the tar \(count > 1 ? "are links" : "is a link") and \(count > 1 ? "were" : "was") passed over"
      )
    }
  }

  /// Whether a link leads to something in its tar.
  /// - Parameter isSymbolic: its target counts from the link's folder; that of a hard link is a member's name.
  static func staysInside(from name: String, to target: [UInt8], isSymbolic: Bool) -> Bool {
    guard let first = target.first, first != UInt8(ascii: "/"), !target.contains(0) else { return false }
    var depth = isSymbolic ? name.split(separator: "/").count - 1 : 0
    for part in target.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      depth += part.elementsEqual("..".utf8) ? -1 : 1
      if depth < 0 { return false }
    }
    return true
  }
}
