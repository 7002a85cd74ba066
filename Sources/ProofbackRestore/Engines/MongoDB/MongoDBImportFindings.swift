import ProofbackCore

/// From what the server refused to findings: whether it says something about the dump or about the server here.
struct MongoDBImportFindings {
  var all: [Finding] = []
  /// Refusals by collection and code: one finding each, however many batches it took.
  private var refusals: [String: (namespace: MongoDBNamespace, fault: MongoServerFault, count: UInt64)] = [:]
  private var isLenient = false

  mutating func impossible(_ namespace: MongoDBNamespace) {
    let finding = MongoDBFindings.nameImpossible.finding("no server can hold a collection named \(namespace)")
    if !all.contains(finding) { all.append(finding) }
  }

  mutating func collection(_ namespace: MongoDBNamespace, _ fault: MongoServerFault) {
    if fault.code == MongoServerCode.invalidJSON {
      return all.append(
        MongoDBFindings.metadataDamaged.finding("the description of \(namespace) is no extended JSON"))
    }
    all.append(
      MongoDBFindings.collectionRefused.finding("\(namespace) could not be made", evidence: [Self.text(fault)]))
  }

  mutating func refused(
    _ refused: [MongoRefusal], in namespace: MongoDBNamespace, by server: MongoServerIdentity, _ claims: MongoDBClaims
  ) {
    isLenient = server.mayKnowLess(than: claims)
    for refusal in refused {
      let key = "\(namespace.database)\0\(namespace.collection)\0\(refusal.fault.code)"
      refusals[key, default: (namespace, refusal.fault, 0)].count += refusal.count
    }
    // Kept in step, so that the import sees at once that it has failed.
    all.removeAll { Self.refusalCodes.contains($0.code) }
    all += refusals.keys.sorted().compactMap { refusals[$0].map(finding) }
  }

  private static let refusalCodes = [
    MongoDBFindings.duplicateKey, MongoDBFindings.documentDamaged, MongoDBFindings.documentNotTaken,
    MongoDBFindings.documentRefused,
  ].map(\.code)

  private func finding(_ refusal: (namespace: MongoDBNamespace, fault: MongoServerFault, count: UInt64)) -> Finding {
    let count = "\(Quantity.text(count: refusal.count)) of \(refusal.namespace)'s documents"
    let evidence = [Self.text(refusal.fault)]
    switch refusal.fault.code {
    case MongoServerCode.duplicateKey:
      return MongoDBFindings.duplicateKey.finding("\(count) repeat a key that must be unique", evidence: evidence)
    case MongoServerCode.invalidJSON:
      return MongoDBFindings.documentDamaged.finding("\(count) are no extended JSON")
    case MongoServerCode.unsupportedJSON:
      return MongoDBFindings.documentNotTaken.finding("\(count) can't be read by the driver here", evidence: evidence)
    default:
      let definition = isLenient ? MongoDBFindings.documentNotTaken : MongoDBFindings.documentRefused
      return definition.finding("\(count) were refused by the server", evidence: evidence)
    }
  }

  mutating func index(
    _ name: String, of namespace: MongoDBNamespace, _ fault: MongoServerFault, by server: MongoServerIdentity,
    _ claims: MongoDBClaims
  ) {
    let isDuplicate = fault.code == MongoServerCode.duplicateKey
    let hasOplog = claims.collections.contains { $0.namespace.isOplog && $0.documents > 0 }
    let definition =
      isDuplicate && hasOplog
      ? MongoDBFindings.oplogDecides
      : isDuplicate || !server.mayKnowLess(than: claims) ? MongoDBFindings.indexRefused : MongoDBFindings.indexNotTaken
    all.append(
      definition.finding(
        "the index \(UntrustedText.line(name, limit: 120)) of \(namespace) could not be built",
        evidence: [Self.text(fault)]))
  }

  /// What holds for the dump as a whole.
  mutating func add(server: MongoServerIdentity, claims: MongoDBClaims) {
    if server.isStandIn {
      all.append(
        MongoDBFindings.standIn.finding(
          "restored into \(server.product) \(server.version), which stands in for MongoDB's own server"))
    } else if server.mayKnowLess(than: claims), let wanted = claims.serverVersion {
      all.append(
        MongoDBFindings.olderServer.finding("the dump is of a server \(wanted), the one here is \(server.version)"))
    }
    let oplog = claims.collections.filter(\.namespace.isOplog).reduce(0) { $0 + $1.documents }
    if oplog > 0 {
      all.append(
        MongoDBFindings.oplogNotReplayed.finding(
          "\(Quantity.text(count: oplog)) operations of the oplog were not replayed"))
    }
    let kept = claims.collections.filter { $0.namespace.isBookkeeping && !$0.namespace.isOplog && $0.documents > 0 }
    if !kept.isEmpty {
      all.append(
        MongoDBFindings.bookkeeping.finding(
          "\(kept.count) of the server's own collections are counted, not restored",
          evidence: kept.map { "\($0.namespace): \(Quantity.text(count: $0.documents)) documents" }))
    }
  }

  private static func text(_ fault: MongoServerFault) -> String { "server says (code \(fault.code)): \(fault.message)" }
}

extension MongoServerIdentity {
  /// Whether a refusal may be the server's shortcoming rather than the dump's fault.
  func mayKnowLess(than claims: MongoDBClaims) -> Bool {
    guard !isStandIn else { return true }
    guard let wanted = claims.serverVersion.map(Self.parts) else { return false }
    return Self.parts(version).lexicographicallyPrecedes(wanted)
  }

  private static func parts(_ version: String) -> [Int] { version.split(separator: ".").prefix(2).map { Int($0) ?? 0 } }
}
