import CMongoC
import Foundation

/// A connection to the server in the sandbox, through libmongoc on a unix socket.
final class MongoConnection {
  let client: OpaquePointer
  /// Descriptions as the worker sent them, until their indexes are built and compared.
  var descriptions: [MongoDBNamespace: BSON] = [:]

  /// Why the server did not do it.
  struct Failure: Error {
    var fault: MongoServerFault
    var isLost: Bool
  }

  /// Index builds and validations of big collections take their time; the run's own limit ends them.
  private static let patience = Int32.max

  /// - Parameter socketPath: absolute path of the server's socket.
  convenience init?(socketPath: String) { self.init(host: Self.escaped(socketPath), wait: 1000) { _ in } }

  /// A server that is somebody's own: who logs in has an account in `admin`.
  convenience init?(_ address: SourceAddress, password: Data?) {
    let place = address.socket.map(Self.escaped)
    let host = address.host.map { $0.contains(":") && !$0.hasPrefix("[") ? "[\($0)]" : $0 } ?? "localhost"
    self.init(host: place ?? "\(host):\(address.port ?? 27017)", wait: 20_000) { uri in
      guard let user = address.user else { return }
      mongoc_uri_set_username(uri, user)
      mongoc_uri_set_auth_source(uri, "admin")
      if let password { mongoc_uri_set_password(uri, String(decoding: password, as: UTF8.self)) }
    }
  }

  private static func escaped(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  /// - Parameters:
  ///   - host: as it stands in a URI.
  ///   - wait: milliseconds for a server to be there.
  private init?(host: String, wait: Int, _ prepare: (OpaquePointer) -> Void) {
    mongoc_init()
    // The driver's log goes to standard error and may quote what the server said.
    mongoc_log_set_handler(nil, nil)
    let options =
      "serverSelectionTimeoutMS=\(wait)&connectTimeoutMS=10000&socketTimeoutMS=\(Self.patience)&retryWrites=false"
    guard let uri = mongoc_uri_new("mongodb://\(host)/?\(options)") else { return nil }
    defer { mongoc_uri_destroy(uri) }
    prepare(uri)
    guard let client = mongoc_client_new_from_uri(uri) else { return nil }
    // Version 2 keeps the server's refusals and the driver's own troubles apart.
    mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
    self.client = client
  }

  deinit { mongoc_client_destroy(client) }

  /// Runs a command, once.
  @discardableResult
  func run(_ command: BSON, on database: String) throws -> BSON {
    try BSON.filled { reply in
      var error = bson_error_t()
      guard mongoc_client_command_simple(client, database, command.pointer, nil, reply, &error) else {
        throw Failure(error)
      }
      return BSON(copying: reply)
    }
  }

  func withCollection<Value>(_ namespace: MongoDBNamespace, _ body: (OpaquePointer) throws -> Value) rethrows -> Value {
    let collection = mongoc_client_get_collection(client, namespace.database, namespace.collection)!
    defer { mongoc_collection_destroy(collection) }
    return try body(collection)
  }
}

extension MongoConnection.Failure {
  init(_ error: bson_error_t) {
    let message = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let isServer = error.domain == MONGOC_ERROR_SERVER.rawValue || error.domain == MONGOC_ERROR_WRITE_CONCERN.rawValue
    let isDocument = error.domain == MONGOC_ERROR_BSON.rawValue || error.domain == MONGOC_ERROR_COMMAND.rawValue
    fault = MongoServerFault(code: Int(error.code), message: ServerMessage.redacted(message))
    isLost = !isServer && !isDocument
  }
}
