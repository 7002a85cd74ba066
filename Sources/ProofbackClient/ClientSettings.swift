import Foundation
import Glibc
import ProofbackCore

/// Which server the command line speaks to, and as whom. The file is read by its owner only.
public struct ClientSettings: Sendable, Codable, Equatable {
  /// `https://backups.example.org`
  public var server: String
  public var token: String
  /// Certificates that are trusted beside the system's; nil: the system's alone.
  public var certificates: String?

  public init(server: String, token: String, certificates: String? = nil) {
    self.server = server
    self.token = token
    self.certificates = certificates
  }

  /// `$PROOFBACK_CLIENT`, or `proofback/client.json` below the folder for configuration.
  public static func file(_ environment: [String: String]) -> String {
    if let named = environment["PROOFBACK_CLIENT"], !named.isEmpty { return named }
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/proofback/client.json" }
    return (environment["HOME"] ?? "/root") + "/.config/proofback/client.json"
  }

  /// - Throws: `ClientError` when there is none, or others can read it.
  public static func load(_ path: String) throws -> ClientSettings {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ClientError("you are not logged in at a server", hint: "proofback login https://your-server")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw ClientError("\(path) can be read by others", hint: "chmod 600 \(path)")
    }
    guard let data = try? file.readToEnd(), let settings = try? JSONDecoder().decode(Self.self, from: data) else {
      throw ClientError("\(path) is not what login writes", hint: "log in again")
    }
    return settings
  }

  /// Written beside and moved into place, with mode 0600 from the first byte on.
  /// - Throws: `ClientError`.
  public func save(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ClientError("the folder \(folder) can't be made", hint: "$PROOFBACK_CLIENT names another file")
    }
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw ClientError("\(path) can't be written: \(String(cString: strerror(errno)))") }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try file.write(contentsOf: encoder.encode(self) + Data("\n".utf8))
    guard rename(temporary, path) == 0 else {
      throw ClientError("\(path) can't be written: \(String(cString: strerror(errno)))")
    }
  }

  /// The address of a server without a path, as it is asked.
  /// - Throws: `ClientError`.
  public static func address(_ text: String) throws -> String {
    let written = text.contains("://") ? text : "https://" + text
    guard let url = URL(string: written), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = url.host, !host.isEmpty, url.user == nil, url.query == nil
    else {
      // Somebody may have written a password into it.
      let shown = text.contains("@") ? "this" : UntrustedText.line(text, limit: 100)
      throw ClientError(fields: [.init("url", "\(shown) is no server's address", hint: "https://backups.example.org")])
    }
    return written.trimmingCharacters(in: CharacterSet(charactersIn: "/"))
  }

  /// Whether the token would travel unencrypted to another machine.
  public var isOpenlyReadable: Bool {
    guard server.hasPrefix("http://"), let host = URL(string: server)?.host else { return false }
    return !["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
  }
}
