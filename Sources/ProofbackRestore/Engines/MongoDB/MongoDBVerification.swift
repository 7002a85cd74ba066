import ProofbackCore

/// Reads back what came and holds it against the dump's claims. Blocks its thread.
struct MongoDBVerification: Sendable {
  let claims: MongoDBClaims
  let server: MongoServerIdentity
  let link: MongoClientLink
  let depth: Depth
  /// Nil where documents are not measured.
  var measuring: Measuring?

  /// What is read when only sampled: so many documents from either end, and of ranges between.
  private static let edge = 1_000
  private static let spread = MongoReading.spread(ranges: 8, each: 200)
  /// Collections with fewer documents are read whole also when sampling.
  static let wholeBelow: UInt64 = 10_000

  func run() throws -> Verification {
    var result = Verification(inventory: Inventory(), findings: [])
    result.inventory.tableWord = "collection"
    result.inventory.rowWord = "document"
    result.inventory.dumpServer = claims.serverVersion
    result.inventory.dumpTool = claims.toolVersion.map { "\(tool) \($0)" } ?? tool
    let restored = claims.collections.filter { !$0.namespace.isBookkeeping }
    let present = try present()
    for claim in restored {
      switch claim.kind {
      case .view: try verifyView(claim, &result)
      case .collection, .timeSeries: try verifyCollection(claim, present, &result)
      }
    }
    conclude(restored, &result)
    if measuring != nil { try describe(&result) }
    return result
  }

  private var tool: String { claims.format.isExport ? "mongoexport" : "mongodump" }

  private func present() throws -> Set<MongoDBNamespace> {
    guard case .collections(let list) = try link.ask(.list) else {
      throw RunTrouble(MongoDBFindings.serverLost, "the server does not list its collections")
    }
    return Set(list.map(\.namespace))
  }

  private func verifyView(_ claim: MongoDBCollectionClaim, _ result: inout Verification) throws {
    result.inventory.views.append(claim.namespace.description)
    if case .refused(let fault) = try link.ask(.read(claim.namespace, .some(1))) {
      result.findings.append(
        MongoDBFindings.viewUnreadable.finding(
          "the view \(claim.namespace) can't be read", evidence: ["code \(fault.code): \(fault.message)"]))
    }
  }

  private func verifyCollection(
    _ claim: MongoDBCollectionClaim, _ present: Set<MongoDBNamespace>, _ result: inout Verification
  ) throws {
    let namespace = claim.namespace
    // A file without description and documents makes no collection; `conclude` says when all are empty.
    if !claim.isDescribed && claim.documents == 0 { return }
    // A time series' documents are claimed by its buckets, which hold several each.
    guard present.contains(namespace) || namespace.timeSeries != nil else {
      result.findings.append(
        claim.documents == 0
          ? MongoDBFindings.rowsDiffer.finding("\(namespace) is not there")
          : MongoDBFindings.rowsDiffer.finding(
            "\(namespace) is not there, the dump has \(Quantity.text(count: claim.documents)) documents"))
      return
    }
    var table = TableInventory(
      database: namespace.database, name: namespace.collection,
      claimedRows: claim.kind == .timeSeries ? nil : claim.documents, kind: claim.kind.rawValue)
    let isSampled = isSampled(claim)
    if let read = try isSampled ? sample(claim, &result) : readWhole(claim, &result) {
      table.rows = isSampled ? nil : read.documents
      table.sampledRows = isSampled ? read.documents : nil
      table.bytes = read.bytes
    }
    if claim.kind == .collection && namespace.timeSeries == nil { try validate(namespace, &result) }
    table.indexes = try compareIndexes(claim, &result)
    result.inventory.tables.append(table)
  }

  private func isSampled(_ claim: MongoDBCollectionClaim) -> Bool {
    depth == .sampled && (claim.documents >= Self.wholeBelow || claim.kind == .timeSeries)
  }

  /// Names as they are compared from run to run.
  private func describe(_ result: inout Verification) throws {
    guard case .objects(let objects) = try link.ask(.describe) else { return }
    let restored = Set(result.inventory.tables.map { "\($0.database).\($0.name)" } + result.inventory.views)
    result.profile = result.profile ?? DatabaseProfile()
    result.profile?.describedBy = server.describedBy
    result.profile?.isPart = claims.format.isExport
    // Text tells numbers of one kind from another not as documents do.
    if claims.format.isExport {
      for index in result.profile?.tables.indices ?? 0..<0 { result.profile?.tables[index].sum = nil }
    }
    result.profile?.databases = Set(result.inventory.tables.map(\.database))
    result.profile?.objects = objects.filter { $0.table.map(restored.contains) ?? true }
  }

  private func note(_ profile: TableProfile?, _ namespace: MongoDBNamespace, _ result: inout Verification) {
    guard var profile else { return }
    profile.database = UntrustedText.line(namespace.database)
    profile.name = UntrustedText.line(namespace.collection)
    if result.profile == nil { result.profile = DatabaseProfile() }
    result.profile?.tables.append(profile)
  }

  private typealias Read = (documents: UInt64, bytes: UInt64)

  private func readWhole(_ claim: MongoDBCollectionClaim, _ result: inout Verification) throws -> Read? {
    guard let read = try read(claim, .whole, &result) else { return nil }
    if read.documents != claim.documents && claim.kind != .timeSeries {
      result.findings.append(differ(claim.namespace, read: read.documents, expected: claim.documents))
    }
    return read
  }

  /// The server's count is the dump's, and both ends have as many documents as they must.
  private func sample(_ claim: MongoDBCollectionClaim, _ result: inout Verification) throws -> Read? {
    var total: Read = (0, 0)
    let edge = min(claim.documents, UInt64(Self.edge))
    let readings: [(MongoReading, expected: UInt64?)] = [
      (.count, claim.documents), (.first(Self.edge), edge), (.last(Self.edge), edge), (Self.spread, nil),
    ]
    for (reading, expected) in readings {
      guard let read = try read(claim, reading, &result) else { return nil }
      if let expected, read.documents != expected, claim.kind != .timeSeries {
        result.findings.append(differ(claim.namespace, read: read.documents, expected: expected))
        return nil
      }
      if reading != .count { total = (total.documents + read.documents, total.bytes + read.bytes) }
    }
    return total
  }

  /// Nil, and a finding, when the server can't read it.
  private func read(
    _ claim: MongoDBCollectionClaim, _ reading: MongoReading, _ result: inout Verification
  ) throws -> Read? {
    switch try link.ask(.read(claim.namespace, reading, measuring: reading == .whole ? measuring : nil)) {
    case .documents(let count, let bytes, let profile):
      note(profile, claim.namespace, &result)
      return (count, bytes)
    case .refused(let fault):
      result.findings.append(
        MongoDBFindings.unreadable.finding(
          "\(claim.namespace) can't be read", evidence: ["code \(fault.code): \(fault.message)"]))
      return nil
    default: throw RunTrouble(MongoDBFindings.clientEnded, "the process that reads the server gave a strange answer")
    }
  }

  private func differ(_ namespace: MongoDBNamespace, read: UInt64, expected: UInt64) -> Finding {
    MongoDBFindings.rowsDiffer.finding(
      "\(namespace): \(Quantity.text(count: read)) documents came back, the dump has \(Quantity.text(count: expected))")
  }

  private func validate(_ namespace: MongoDBNamespace, _ result: inout Verification) throws {
    switch try link.ask(.validate(namespace, isFull: depth == .full)) {
    case .validation(let isValid, _, let faults) where !isValid:
      result.findings.append(
        MongoDBFindings.validationFailed.finding(
          "the server finds \(namespace) damaged", evidence: ["\(faults) faults"]))
    case .refused(let fault):
      result.findings.append(
        MongoDBFindings.unreadable.finding(
          "\(namespace) can't be validated", evidence: ["code \(fault.code): \(fault.message)"]))
    default: break
    }
  }

  /// Names of the indexes that are there as the dump describes them.
  private func compareIndexes(_ claim: MongoDBCollectionClaim, _ result: inout Verification) throws -> [String] {
    guard claim.isDescribed else { return [] }
    let reports: [MongoIndexReport]
    switch try link.ask(.compareIndexes(claim.namespace)) {
    case .indexes(let list): reports = list
    case .refused(let fault):
      result.findings.append(
        MongoDBFindings.unreadable.finding(
          "the indexes of \(claim.namespace) can't be listed", evidence: ["code \(fault.code): \(fault.message)"]))
      return []
    default: throw RunTrouble(MongoDBFindings.clientEnded, "the process that reads the server gave a strange answer")
    }
    let seen = Set(reports.map(\.name) + ["_id_"])
    for name in claim.indexes where !seen.contains(name) {
      result.findings.append(
        MongoDBFindings.indexMissing.finding(
          "the index \(UntrustedText.line(name, limit: 120)) of \(claim.namespace) is not there"))
    }
    for report in reports where report.state != .present {
      let name = UntrustedText.line(report.name, limit: 120)
      result.findings.append(
        MongoDBFindings.indexMissing.finding(
          "the index \(name) of \(claim.namespace) is \(report.state == .missing ? "not there" : "another than the dump's")"
        ))
    }
    return reports.filter { $0.state == .present }.map { UntrustedText.line($0.name, limit: 120) }
  }

  private func conclude(_ restored: [MongoDBCollectionClaim], _ result: inout Verification) {
    let documents = claims.collections.reduce(0) { $0 + $1.documents }
    if restored.isEmpty && claims.collections.contains(where: { $0.documents > 0 && !$0.isOfEveryServer }) {
      result.findings.append(
        MongoDBFindings.onlyBookkeeping.finding("the \(claims.format.rawValue) holds only the server's own collections")
      )
    } else if restored.isEmpty || documents == 0 && !restored.contains(where: \.isDescribed) {
      result.findings.append(MongoDBFindings.empty.finding("the \(claims.format.rawValue) holds nothing to restore"))
    } else if documents == 0 {
      result.findings.append(
        MongoDBFindings.noDocuments.finding("none of the \(restored.count) collections has a document"))
    } else if depth == .sampled {
      result.findings.append(
        MongoDBFindings.sampled.finding(
          result.inventory.tables.contains { $0.sampledRows != nil }
            ? "not every document was read: collections of \(Quantity.text(count: Self.wholeBelow)) or more were sampled"
            : "a sample was asked for, and every collection is so small that it was read whole"))
    } else if !result.findings.contains(where: { $0.consequence == .failed }) {
      let rows = Quantity.text(Int(clamping: result.inventory.rows), "document")
      result.findings.append(
        MongoDBFindings.read.finding(
          "\(rows) of \(Quantity.text(result.inventory.tables.count, "collection")) came back and were read"))
    }
  }
}
