import Foundation
import ProofbackCore
import ProofbackSystem

/// MongoDB as a source that is stamped. The documents are the caller's own: the driver reads them in this process.
struct MongoDBProofSourceKind: ProofSourceKind {
  let schemes = ["mongodb"]
  let example = "mongodb://user@host:27017/database, mongodb:///database?socket=/tmp/mongodb-27017.sock"

  let tools = ["mongodump", "mongoexport"]

  func open(_ address: SourceAddress, password: Data?) async throws -> any ProofSource {
    let source = MongoDBProofSource(address: address, password: password, product: "")
    let identity = try await source.asked { try $0.product() }
    return MongoDBProofSource(
      address: address, password: password, product: "\(identity.product) \(identity.version)",
      describedBy: identity.describedBy)
  }
}

struct MongoDBProofSource: ProofSource {
  let address: SourceAddress
  let password: Data?
  let product: String
  var describedBy = ""

  func measure(_ measuring: Measuring, leavingOut leftOut: [String]) async throws -> DatabaseProfile {
    try await asked { connection in
      var profile = DatabaseProfile()
      profile.describedBy = describedBy
      let collections = try connection.list().filter { isWanted($0.namespace, leftOut) }
      for collection in collections where collection.kind == .collection {
        let namespace = collection.namespace
        var read = try connection.read(namespace, .whole, measuring)
        guard var table = read.sketch?.finish() else { continue }
        table.database = UntrustedText.line(namespace.database)
        table.name = UntrustedText.line(namespace.collection)
        profile.tables.append(table)
        profile.databases.insert(table.database)
      }
      let shown = Set(collections.map { UntrustedText.line("\($0.namespace.database).\($0.namespace.collection)") })
      profile.objects = try connection.describe().filter { $0.table.map(shown.contains) ?? false }
      return profile
    }
  }

  private func isWanted(_ namespace: MongoDBNamespace, _ leftOut: [String]) -> Bool {
    let name = namespace.collection
    let isOut = NamePattern.any(of: leftOut, matches: name, or: "\(namespace.database).\(name)")
    return !isOut && !namespace.isBookkeeping && !name.hasPrefix("system.")
      && address.database.map { $0 == namespace.database } ?? (namespace.database != "admin")
  }

  /// Asks over a connection of its own, on a thread that may wait.
  /// - Throws: `RunTrouble`.
  func asked<Value: Sendable>(_ work: @escaping @Sendable (MongoConnection) throws -> Value) async throws -> Value {
    try await Blocking.run("mongodb") {
      guard let connection = MongoConnection(address, password: password) else {
        throw RunTrouble(CommonFindings.clientDied, "the address is none that the driver takes")
      }
      do { return try work(connection) } catch let failure as MongoConnection.Failure {
        throw RunTrouble(
          CommonFindings.clientDied,
          "the source does not answer as it must: \(UntrustedText.line(failure.fault.message)) (code \(failure.fault.code))"
        )
      }
    }
  }
}
