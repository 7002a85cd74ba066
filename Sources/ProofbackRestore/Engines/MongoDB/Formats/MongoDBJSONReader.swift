import ProofbackCore

/// `mongoexport`: documents as extended JSON (version 1 or 2, canonical or relaxed), one after another or in one array.
/// Only where documents begin and end is found here; what they say is for libbson, in the sandbox.
/// Source: mongo-tools, mongoexport/json.go; MongoDB Extended JSON specification, version 2.
final class MongoDBJSONReader: MongoDBDumpReader {
  private(set) var claims = MongoDBClaims(format: .jsonLines)
  private(set) var findings: [Finding] = []
  private let bytes: ReadAhead
  private let namespace: MongoDBNamespace
  private var place = Place.start
  private var scan = JSONBoundary()
  private var hasIdentifiers = false
  private var line: UInt64 = 1
  private var lastByte = UInt8(ascii: "\n")

  private enum Place: Equatable {
    case start, between, inside
    /// In an array after a comma: a document must come.
    case afterComma
    case afterArray, over
  }

  /// JSON is longer than the BSON that it stands for: base64, quoted numbers, field names of types.
  static let longestDocument = 4 * BSONDocument.largest

  init(_ source: any ByteReader, namespace: MongoDBNamespace) {
    bytes = ReadAhead(source)
    self.namespace = namespace
    claims.note(namespace) { $0.state = .begun }
  }

  func next() throws -> MongoDBDumpPart? {
    var batch = MongoDBBatch(namespace: namespace, encoding: .json)
    while place == .inside || place != .over && !batch.isFull {
      let ready = try bytes.available()
      if ready.isEmpty {
        endOfExport()
        break
      }
      let used = place == .inside ? takeInside(ready, &batch) : takeBetween(ready, &batch)
      if used > 0 { lastByte = ready[used - 1] }
      bytes.take(used)
    }
    // What was begun and not ended is no document.
    if place == .over && scan.depth > 0 {
      batch.bytes.removeLast(scan.length)
      scan = JSONBoundary()
    }
    guard batch.count > 0 else { return nil }
    return .documents(batch)
  }

  /// Bytes of one document, to its end or the window's; returns how many.
  private func takeInside(_ ready: UnsafeRawBufferPointer, _ batch: inout MongoDBBatch) -> Int {
    let piece = scan.advance(over: ready)
    line += piece.lineFeeds
    append(ready.prefix(piece.count), to: &batch)
    if let fault = piece.fault {
      fail(MongoDBFindings.documentDamaged, fault)
    } else if scan.length > Self.longestDocument {
      fail(MongoDBFindings.documentDamaged, "is longer than any document can be")
    } else if scan.depth == 0 {
      batch.bytes.append(UInt8(ascii: "\n"))
      batch.count += 1
      claims.note(namespace) { $0.documents += 1 }
      hasIdentifiers = hasIdentifiers || scan.hasIdentifier
      place = .between
      scan = JSONBoundary()
    }
    return piece.count
  }

  /// Line feeds separate documents on the way to the client; between a document's tokens a space says the same.
  private func append(_ piece: Slice<UnsafeRawBufferPointer>, to batch: inout MongoDBBatch) {
    let start = batch.bytes.count
    batch.bytes.append(contentsOf: piece)
    for at in start..<batch.bytes.count where batch.bytes[at] == UInt8(ascii: "\n") {
      batch.bytes[at] = UInt8(ascii: " ")
    }
  }

  /// What stands between documents; returns how many bytes were taken, never the first of a document.
  private func takeBetween(_ ready: UnsafeRawBufferPointer, _ batch: inout MongoDBBatch) -> Int {
    for (at, byte) in ready.enumerated() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "{") where place != .afterArray && (place != .between || claims.format == .jsonLines):
        place = .inside
        return at
      case UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: "]"):
        if !step(byte) { return failBetween(ready, at) }
      // A byte order mark, as some editors and shells put in front.
      case 0xEF where place == .start, 0xBB where place == .start, 0xBF where place == .start: continue
      default: return failBetween(ready, at)
      }
    }
    return ready.count
  }

  /// The array's own signs; whether `byte` may stand here.
  private func step(_ byte: UInt8) -> Bool {
    switch (byte, place) {
    case (UInt8(ascii: "["), .start):
      claims.format = .jsonArray
      // Nothing, or a document: a comma may not come first.
      place = .afterComma
    case (UInt8(ascii: ","), .between) where claims.format == .jsonArray: place = .afterComma
    case (UInt8(ascii: "]"), .between) where claims.format == .jsonArray: place = .afterArray
    case (UInt8(ascii: "]"), .afterComma) where count == 0: place = .afterArray
    default: return false
    }
    return true
  }

  private var count: UInt64 { claims[namespace]?.documents ?? 0 }

  private func failBetween(_ ready: UnsafeRawBufferPointer, _ at: Int) -> Int {
    let rest = String(decoding: ready[at...].prefix { $0 != UInt8(ascii: "\n") }.prefix(1024), as: UTF8.self)
    if MongoToolText.isMessage(rest) {
      fail(MongoDBFindings.toolFailure, "is a program's message: \(ServerMessage.redacted(MongoToolText.said(rest)))")
    } else {
      fail(MongoDBFindings.documentDamaged, "has something between documents that is none")
    }
    return at
  }

  private func fail(_ definition: FindingDefinition, _ what: String) {
    place = .over
    findings.append(
      definition.finding(
        "line \(line) of the export \(what)", evidence: ["after \(Quantity.text(count: count)) whole documents"]))
  }

  private func endOfExport() {
    let ending = place
    place = .over
    let after = ["after \(Quantity.text(count: count)) whole documents"]
    switch ending {
    case .inside:
      findings.append(
        MongoDBFindings.truncated.finding("the export ends inside the document at line \(line)", evidence: after))
    case .between where claims.format == .jsonArray, .afterComma:
      findings.append(MongoDBFindings.truncated.finding("the export ends before its array does", evidence: after))
    default:
      claims.note(namespace) { $0.state = .complete }
      if count > 0 && !hasIdentifiers {
        findings.append(
          MongoDBFindings.noIdentifiers.finding("none of \(namespace)'s documents has an _id", evidence: after))
      }
      guard lastByte != UInt8(ascii: "\n"), ending == .between else { return }
      findings.append(MongoDBFindings.newlineMissing.finding("the export ends without a line feed", evidence: after))
    }
  }
}
