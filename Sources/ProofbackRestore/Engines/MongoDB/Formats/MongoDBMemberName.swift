/// What a file in mongodump's folder is, by its path: `DB/COLL.bson`, `DB/COLL.metadata.json`, `prelude.json`, each
/// perhaps with `.gz` (or what else was wrapped around it), below any number of leading folders.
/// Source: mongo-tools, mongodump/prepare.go and mongorestore/filepath.go.
struct MongoDBMemberName: Equatable {
  enum Role: Equatable {
    case documents(MongoDBNamespace)
    case description(MongoDBNamespace)
    case prelude
    case unknown
  }
  var role: Role
  /// The hash of the collection's name, where the file's holds only its beginning: `role` then has that.
  var hash: String?

  private static let layers = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".gpg", ".pgp", ".asc", ".age"]

  /// - Parameter fallback: the database, when the folder of one database was packed from inside.
  init(_ path: String, fallback: String) {
    var parts = path.split(separator: "/").map(String.init)
    var file = parts.popLast() ?? ""
    file = Self.withoutLayers(file)
    let database = parts.last.map { Self.possible(Self.unescaped($0)) } ?? fallback
    hash = (Self.stem(file, ".metadata.json") ?? Self.stem(file, ".bson")).flatMap { ShortenedNames.hash(in: $0) }
    if file == "prelude.json" {
      role = .prelude
    } else if let name = Self.stem(file, ".metadata.json") {
      role = .description(MongoDBNamespace(database, Self.unescaped(name)))
    } else if let name = Self.stem(file, ".bson") {
      role = .documents(MongoDBNamespace(database, Self.unescaped(name)))
    } else {
      role = .unknown
    }
  }

  /// `orders.json.gz.gpg` without `.gz.gpg`.
  static func withoutLayers(_ name: String) -> String {
    var name = name
    while let layer = layers.first(where: name.hasSuffix) { name.removeLast(layer.count) }
    return name
  }

  /// mongorestore takes the folder of one database under any name; a name that no database can have is close to it.
  private static func possible(_ folder: String) -> String {
    let name = String(folder.map { MongoDBNamespace.forbiddenInDatabases.contains($0) ? "_" : $0 })
    return name.utf8.count < 64 ? name : String(decoding: name.utf8.prefix(60), as: UTF8.self)
  }

  private static func stem(_ file: String, _ ending: String) -> String? {
    file.hasSuffix(ending) && file.utf8.count > ending.utf8.count ? String(file.dropLast(ending.count)) : nil
  }

  /// Undoes `%2F`: mongodump escapes what a file name can't hold.
  /// Source: mongo-tools, common/util/escape.go.
  static func unescaped(_ name: String) -> String {
    let bytes = Array(name.utf8)
    var result: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
      {
        result.append(value)
        at += 3
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
