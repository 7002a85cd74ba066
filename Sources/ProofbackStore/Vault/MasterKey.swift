import Crypto
import Foundation
import Glibc
import ProofbackCore

/// The key that seals all credentials. It is never in the database.
public struct MasterKey: Sendable {
  let key: SymmetricKey

  /// - Parameter bytes: 32.
  init?(_ bytes: Data) {
    guard bytes.count == 32 else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// Tells this key from others, and nothing about it.
  var mark: Data {
    let key = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("mark".utf8), outputByteCount: 32)
    return key.withUnsafeBytes { Data($0) }
  }

  /// Reads the key at `path`, base64 in one line, or makes one there with mode 0600.
  /// - Throws: `MasterKeyError` when others can read the file, or it holds no key.
  public static func load(path: String, makes: Bool = true) throws -> MasterKey {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor < 0 {
      guard errno == ENOENT, makes else { throw MasterKeyError.unreadable(path, String(cString: strerror(errno))) }
      return try make(path)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else { throw MasterKeyError.readByOthers(path) }
    let text = String(decoding: try file.read(upToCount: 200) ?? Data(), as: UTF8.self)
    guard let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace }), let key = MasterKey(bytes) else {
      throw MasterKeyError.noKey(path)
    }
    return key
  }

  private init(random: SymmetricKey) { key = random }

  static func random() -> MasterKey { MasterKey(random: SymmetricKey(size: .bits256)) }

  /// As its file holds it.
  var text: String { key.withUnsafeBytes { Data($0) }.base64EncodedString() + "\n" }

  /// Written beside and linked into place: two servers that start at once end up with the same key.
  private static func make(_ path: String) throws -> MasterKey {
    let text = MasterKey.random().text
    let temporary = "\(path).\(Identifier.make())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw MasterKeyError.unreadable(path, String(cString: strerror(errno))) }
    defer { unlink(temporary) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data(text.utf8))
    try file.synchronize()
    if link(temporary, path) != 0, errno != EEXIST {
      throw MasterKeyError.unreadable(path, String(cString: strerror(errno)))
    }
    return try load(path: path, makes: false)
  }
}

public enum MasterKeyError: Error, Equatable {
  case unreadable(String, String)
  case unwritable(String, String)
  /// Its mode lets others read it.
  case readByOthers(String)
  case noKey(String)
}
