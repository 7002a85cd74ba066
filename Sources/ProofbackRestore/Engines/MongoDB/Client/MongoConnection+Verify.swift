import CMongoC

extension MongoConnection {
  /// Which server this is. Also tells it not to delete what has expired, where it can be told.
  func identify() throws -> MongoServerIdentity {
    var identity = try product()
    let stop = BSON().set("setParameter", Int32(1)).set("ttlMonitorEnabled", false)
    do {
      try run(stop, on: "admin")
      identity.keepsExpired = true
    } catch let failure as Failure where !failure.isLost {}
    return identity
  }

  /// Which server this is; changes nothing of it.
  func product() throws -> MongoServerIdentity {
    let info = try run(BSON().set("buildInfo", Int32(1)), on: "admin")
    let standIn = info.text("secantusVersion")
    return MongoServerIdentity(
      product: standIn == nil ? "MongoDB" : "SecantusDB", version: standIn ?? info.text("version") ?? "",
      isStandIn: standIn != nil, keepsExpired: false)
  }

  /// The server's own look at a collection's pages and index entries.
  func validate(_ namespace: MongoDBNamespace, isFull: Bool) throws -> MongoClientReply {
    let reply = try run(BSON().set("validate", namespace.collection).set("full", isFull), on: namespace.database)
    var faults = UInt64(max(0, reply.number("nInvalidDocuments") ?? 0))
    reply.document("errors")?.forEachField { _ in faults += 1 }
    return .validation(
      isValid: reply.flag("valid") ?? false, records: UInt64(max(0, reply.number("nrecords") ?? 0)), faults: faults)
  }

  /// Collections and views of all databases but the server's own.
  func list() throws -> [MongoListedCollection] {
    var error = bson_error_t()
    guard let names = mongoc_client_get_database_names_with_opts(client, nil, &error) else { throw Failure(error) }
    defer { bson_strfreev(names) }
    var all: [MongoListedCollection] = []
    var at = names
    while let name = at.pointee {
      at += 1
      let database = String(cString: name)
      if ["local", "config"].contains(database) { continue }
      all += try collections(of: database)
    }
    return all
  }

  private func collections(of name: String) throws -> [MongoListedCollection] {
    let database = mongoc_client_get_database(client, name)
    defer { mongoc_database_destroy(database) }
    guard let cursor = mongoc_database_find_collections_with_opts(database, nil) else { return [] }
    defer { mongoc_cursor_destroy(cursor) }
    var all: [MongoListedCollection] = []
    try forEachDocument(of: cursor) { pointer in
      let entry = BSON(copying: pointer)
      let kind = entry.text("type").flatMap { MongoDBCollectionClaim.Kind(rawValue: $0) } ?? .collection
      all.append(MongoListedCollection(namespace: MongoDBNamespace(name, entry.text("name") ?? ""), kind: kind))
    }
    return all
  }

  func forEachDocument(of cursor: OpaquePointer, _ body: (OpaquePointer) -> Void) throws {
    var document: OpaquePointer?
    while mongoc_cursor_next(cursor, &document) {
      if let document { body(document) }
    }
    var error = bson_error_t()
    if mongoc_cursor_error(cursor, &error) { throw Failure(error) }
  }
}
