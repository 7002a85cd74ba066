import Foundation
import ProofbackCore

/// What an answer says of the file that it brings.
struct HTTPSObject: Sendable, Equatable {
  /// Of the whole file, bytes; nil when the server does not say.
  var size: UInt64?
  /// The first byte that comes.
  var start: UInt64
  var modified: Date?
  /// As it stands in the header, weak ones too; one line of harmless characters.
  var etag: String?
  /// What a request for the rest may be bound to (RFC 9110, section 13.1.5); nil: the file can't be told from another.
  var validator: String?

  init(_ head: WebHead) {
    let whole = S3ObjectHead(head)
    (size, start, modified) = (whole.size, whole.start, whole.modified)
    // `Content-Range: bytes */0`: an empty file has no first byte.
    if head.status == 416 { size = head.headers["content-range"] == "bytes */0" ? 0 : nil }
    etag = head.headers["etag"].flatMap { $0.wholeMatch(of: /(?:W\/)?"[\x21\x23-\x7E]{0,200}"/) != nil ? $0 : nil }
    if let etag, !etag.hasPrefix("W/") {
      validator = etag
    } else if etag == nil, let modified, let now = head.headers["date"].flatMap(WebTime.read),
      now.timeIntervalSince(modified) >= 1
    {
      // In the same second there may have been two files.
      validator = head.headers["last-modified"]
    }
  }

  /// Whether what was said before is of the same file; what only one of them says is no difference.
  func isSame(size: UInt64?, modified: Date?, etag: String?) -> Bool {
    func agree<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool { one == nil || other == nil || one == other }
    return agree(self.size, size) && agree(self.modified, modified) && agree(self.etag, etag)
  }
}
