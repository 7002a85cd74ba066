import Foundation

/// A form with files (RFC 7578): parts between lines of a boundary. Files come as base64 text, so that their bytes stay.
struct MultipartForm: Sendable {
  private(set) var fields: [String: String] = [:]

  /// The boundary that a content type names; nil when it is not multipart/form-data.
  static func boundary(_ contentType: String?) -> String? {
    guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
    return parameter("boundary", of: contentType).flatMap { (1...70).contains($0.utf8.count) ? $0 : nil }
  }

  /// Nil when the body is malformed or cut.
  init?(_ body: [UInt8], boundary: String) {
    // In front of the first boundary there may be a line end or not: with one, all are alike.
    let data = Data("\r\n".utf8 + body)
    let mark = Data("\r\n--\(boundary)".utf8)
    guard var next = data.firstRange(of: mark)?.upperBound else { return nil }
    while !data[next...].starts(with: Data("--".utf8)) {
      guard let end = data[next...].firstRange(of: mark), add(data[next..<end.lowerBound]) else { return nil }
      next = end.upperBound
    }
  }

  /// Headers, an empty line, the content.
  private mutating func add(_ part: Data) -> Bool {
    guard let gap = part.firstRange(of: Data("\r\n\r\n".utf8)) else { return false }
    let headers = String(decoding: part[..<gap.lowerBound], as: UTF8.self).split(separator: "\r\n")
    guard let disposition = headers.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
      let name = Self.parameter("name", of: String(disposition))
    else { return false }
    let content = part[gap.upperBound...]
    if Self.parameter("filename", of: String(disposition)) != nil {
      fields[name] = content.base64EncodedString()
    } else {
      guard let text = String(validating: content, as: UTF8.self) else { return false }
      fields[name] = text.replacing("\r\n", with: "\n")
    }
    return true
  }

  /// `name="value"` or `name=value` of a header.
  private static func parameter(_ name: String, of header: String) -> String? {
    for piece in header.split(separator: ";").dropFirst() {
      let pair = piece.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2, pair[0].lowercased() == name else { continue }
      return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }
    return nil
  }
}
