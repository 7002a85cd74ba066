import Foundation
import ProofbackCore

/// A page of a bucket's objects, as `ListObjectsV2` answers.
struct S3Listing {
  struct Item {
    var key: [UInt8]
    var size: UInt64?
    var modified: Date?
  }

  var items: [Item]
  /// Asks for the next page; nil on the last.
  var next: [UInt8]?

  /// - Throws: `PlainXML.Malformed`.
  init(_ body: [UInt8]) throws(PlainXML.Malformed) {
    let root = try PlainXML.read(body)
    guard root.name == "ListBucketResult" else { throw PlainXML.Malformed() }
    // Services that don't know the encoding leave the element out, and keys as they are.
    let isEncoded = root.string("EncodingType") == "url"
    items = []
    for element in root.children where element.name == "Contents" {
      guard let written = element["Key"], let key = isEncoded ? S3Text.decoded(written) : written else {
        throw PlainXML.Malformed()
      }
      items.append(
        Item(
          key: key, size: element.string("Size").flatMap { UInt64($0) },
          modified: element["LastModified"].flatMap(S3Text.time)))
    }
    next = root.string("IsTruncated") == "true" ? root["NextContinuationToken"] ?? [] : nil
  }

  /// The question for a page of what begins with `prefix`, without what lies in folders below.
  static func query(prefix: [UInt8], after token: [UInt8]?, count: Int) -> [(name: String, value: [UInt8])] {
    let first = token.map { [(name: "continuation-token", value: $0)] } ?? []
    return first + [
      ("delimiter", Array("/".utf8)), ("encoding-type", Array("url".utf8)), ("list-type", Array("2".utf8)),
      ("max-keys", Array("\(count)".utf8)), ("prefix", prefix),
    ]
  }
}

extension S3Client {
  /// Ten million objects in one folder: a service that goes on after that is broken, or makes fun of us.
  private static let mostPages = 10_000

  /// Calls `visit` with each object whose key begins with `prefix`, page by page.
  func list(_ prefix: [UInt8], visit: (S3Listing.Item) -> Void) async throws {
    var token: [UInt8]?
    for _ in 0..<Self.mostPages {
      let page = try await page(prefix, after: token, count: 1000)
      for item in page.items where item.key.starts(with: prefix) { visit(item) }
      guard let next = page.next else { return }
      guard !next.isEmpty, next != token, next.count <= 4096 else { break }
      token = next
    }
    throw RunTrouble(
      S3Findings.unexpected, "\(location.endpoint.authority) lists the bucket \(location.bucket) without an end")
  }

  /// Whether any key begins with `prefix`.
  func holds(_ prefix: [UInt8]) async throws -> Bool {
    let query = S3Listing.query(prefix: prefix, after: nil, count: 1).filter { $0.name != "delimiter" }
    return try await !listing(query).items.isEmpty
  }

  private func page(_ prefix: [UInt8], after token: [UInt8]?, count: Int) async throws -> S3Listing {
    try await listing(S3Listing.query(prefix: prefix, after: token, count: count))
  }

  private func listing(_ query: [(name: String, value: [UInt8])]) async throws -> S3Listing {
    let answer = try await ask(location.address(query: query), about: location.key)
    do {
      return try S3Listing(answer.body)
    } catch {
      throw S3Fault.unexpected(location.endpoint.authority)
    }
  }
}
