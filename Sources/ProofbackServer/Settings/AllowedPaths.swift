import Foundation
public import ProofbackCore

/// Folders of this machine that backups may be read from.
public struct AllowedPaths: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems`.
  public func allow(_ text: String, by manager: Actor) throws {
    let path = text.trimmingCharacters(in: .whitespaces)
    let isPlain = path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    let shown = UntrustedText.line(path, limit: 200)
    guard isPlain, path.utf8.count <= 4096, !path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else { throw FormProblems("path", "\(shown) is no absolute path", hint: "for example /srv/backups") }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw FormProblems("path", "there is no folder \(shown) on this machine")
    }
    // Links are followed first, as they are when a run reads.
    let (real, own) = (Self.resolved(path), Self.resolved(state.folder))
    guard real != "/" else {
      throw FormProblems("path", "/ is the whole machine", hint: "name the folder that backups are in: /srv/backups")
    }
    guard own != real, !own.hasPrefix(real + "/") else {
      throw FormProblems(
        "path", "\(shown) holds this server's own state, with its master key",
        hint: "name a folder that holds backups only")
    }
    do { try state.kept.settings.allow(path: path, by: manager) } catch StoreError.alreadyThere {
      throw FormProblems("path", "\(shown) is allowed already")
    }
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
}
