import Foundation
import ProofbackCore

/// What a backup of MongoDB's says of its server before it is restored.
enum MongoDBNeeds {
  static func read(_ head: ContentHead, _ type: DatabaseType) -> BackupNeeds {
    var needs = BackupNeeds(type: type)
    switch MongoDBRecogniser.format(of: head) {
    case .archive:
      let reader = MongoDBArchiveReader(MemoryReader(head.bytes))
      _ = try? reader.next()
      needs.version = reader.claims.serverVersion
      needs.source = "the archive's header"
    case .folder:
      // `prelude.json`, where that is the file that came first (mongo-tools, mongodump/metadata_dump.go).
      needs.version = preludeVersion(head.bytes)
      needs.source = "prelude.json"
    default: break
    }
    if needs.version == nil { needs.source = nil }
    if let version = featureVersion(head.bytes) { needs.features.append("featureCompatibilityVersion \(version)") }
    return needs
  }

  private static func preludeVersion(_ bytes: [UInt8]) -> String? {
    let prelude = try? JSONDecoder().decode([String: String].self, from: Data(bytes))
    return prelude?["ServerVersion"].map { UntrustedText.line($0, limit: 60) }
  }

  /// The document of `admin.system.version`: `{_id: "featureCompatibilityVersion", version: "7.0"}`. A server with the same
  /// version takes what one with a lower compatibility version wrote.
  private static func featureVersion(_ bytes: [UInt8]) -> String? {
    let mark = Array("\u{2}_id\0\u{1c}\0\0\0featureCompatibilityVersion\0\u{2}version\0".utf8)
    guard let found = bytes.firstRange(of: mark), found.upperBound + 4 < bytes.count else { return nil }
    let length = Int(bytes[found.upperBound])
    let text = bytes[(found.upperBound + 4)...].prefix(max(0, length - 1))
    let version = String(decoding: text, as: UTF8.self)
    return version.wholeMatch(of: /[0-9]{1,2}\.[0-9]{1,2}/) == nil ? nil : version
  }
}
