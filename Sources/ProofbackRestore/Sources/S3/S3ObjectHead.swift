import Foundation
import ProofbackCore

/// What the head of an answer says of an object.
struct S3ObjectHead {
  /// Of the whole object, bytes.
  var size: UInt64?
  /// The first byte that comes.
  var start: UInt64
  var modified: Date?
  /// Its version, with its quotes; one line of harmless characters, which goes back to the service as it is.
  var etag: String?

  init(_ head: WebHead) {
    start = 0
    size = head.headers["content-length"].flatMap { UInt64($0) }
    if head.status == 206 {
      // `bytes 0-0/1234` (RFC 9110, section 14.4).
      let range = head.headers["content-range"]?.wholeMatch(of: /bytes (\d+)-\d+\/(\d+)/)
      size = range.flatMap { UInt64($0.output.2) }
      start = range.flatMap { UInt64($0.output.1) } ?? .max
    }
    modified = head.headers["last-modified"].flatMap(WebTime.read)
    etag = head.headers["etag"].flatMap { $0.wholeMatch(of: /"[\x21\x23-\x7E]{1,200}"/) != nil ? $0 : nil }
  }
}
