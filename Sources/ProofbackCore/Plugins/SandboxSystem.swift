/// The file system that the DBMS's programs of a sandbox come from: this host's, or a container image's.
/// Everything it says is untrusted text where it is an image's.
public protocol SandboxSystem: Sendable {
  /// Names what was prepared with these programs; empty for this host. Letters, digits and `-`.
  var identity: String { get }
  /// For people: `here`, `in the image mysql:8.4`.
  var place: String { get }
  /// The absolute path of a program in the usual folders, or nil when it is not installed.
  func find(_ program: String) async -> String?
  /// Which of these paths there are, in the same order.
  func existing(_ paths: [String]) async -> [String]
  /// Names in a folder, sorted; empty when there is none.
  func names(in folder: String) async -> [String]
  /// A file's bytes, or nil when there is none.
  func contents(of path: String) async -> [UInt8]?
  /// What a short command of the DBMS's (`--version`) prints to standard output, at most `limit` bytes; nil when it
  /// fails or takes longer than a minute.
  func output(of executable: String, _ arguments: [String], limit: Int) async -> [UInt8]?
}

extension SandboxSystem {
  /// The first of these paths that there is.
  public func first(_ paths: [String]) async -> String? { await existing(paths).first }
}
