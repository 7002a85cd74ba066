import Foundation
import ProofbackCore

/// Why borg ended, from the ids of the messages that it logs as JSON (borgbackup.readthedocs.io, "Message IDs"). What ssh says
/// comes through it as words (`SSHFault`).
struct BorgFault: Sendable {
  let end: ProcessEnd
  let words: [UInt8]
  let location: BorgLocation
  let hasPassword: Bool
  var passedOn: UInt64 = 0

  private struct Message: Decodable {
    var message: String?
    var levelname: String?
    var msgid: String?
  }

  /// borg 1.2 and 1.4.
  private static let table: [String: FindingDefinition] = [
    "PassphraseWrong": RepositoryFindings.passwordWrong, "PasswordRetriesExceeded": RepositoryFindings.passwordWrong,
    "KeyfileNotFoundError": RepositoryFindings.keyMissing, "KeyfileInvalidError": RepositoryFindings.keyMissing,
    "RepoKeyNotFoundError": RepositoryFindings.keyMissing,
    "Repository.DoesNotExist": RepositoryFindings.missing, "Repository.InvalidRepository": RepositoryFindings.missing,
    "Repository.InvalidRepositoryConfig": RepositoryFindings.damaged,
    "Repository.CheckNeeded": RepositoryFindings.damaged, "Repository.ObjectNotFound": RepositoryFindings.damaged,
    "Repository.ObjectDeleted": RepositoryFindings.damaged, "IntegrityError": RepositoryFindings.damaged,
    "FileIntegrityError": RepositoryFindings.damaged, "DecompressionError": RepositoryFindings.damaged,
    "NoManifestError": RepositoryFindings.damaged,
    "Archive.DoesNotExist": RepositoryFindings.noSnapshot,
    "LockTimeout": RepositoryFindings.locked, "LockError": RepositoryFindings.locked,
    "LockErrorT": RepositoryFindings.locked, "LockFailed": RepositoryFindings.locked,
    "Cache.CacheInitAbortedError": RepositoryFindings.notEncrypted,
    "MandatoryFeatureUnsupported": RepositoryFindings.unsupported,
    "UnsupportedManifestError": RepositoryFindings.unsupported,
    "UnsupportedPayloadError": RepositoryFindings.unsupported,
    "Repository.ParentPathDoesNotExist": RepositoryFindings.missing,
    "RemoteRepository.RPCServerOutdated": RepositoryFindings.unsupported,
    "RPCServerOutdated": RepositoryFindings.unsupported,
    "UnexpectedRPCDataFormatFromServer": RepositoryFindings.unsupported,
    "UnexpectedRPCDataFormatFromClient": RepositoryFindings.unsupported,
    "PathNotAllowed": SourceFindings.denied, "Repository.PathPermissionDenied": SourceFindings.denied,
    "RepositoryPermissionDenied": SourceFindings.denied, "ConnectionClosed": SourceFindings.connectionLost,
    "ConnectionClosedWithHint": SourceFindings.unreachable, "ConnectionBrokenWithHint": SourceFindings.unreachable,
  ]

  private var messages: [Message] {
    words.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Message.self, from: Data($0)) }
  }

  private var definition: FindingDefinition {
    let messages = messages
    let said = messages.compactMap(\.message).joined(separator: "\n")
    for id in messages.compactMap(\.msgid) {
      guard let found = Self.table[id] else { continue }
      guard found.code == SourceFindings.unreachable.code || found.code == SourceFindings.connectionLost.code else {
        return found
      }
      // The other end hung up: ssh says why, or there is no borg there.
      if let why = SSHFault.definition(in: said) { return why }
      if said.contains("not found") { return RepositoryFindings.unsupported }
      return passedOn > 0 ? SourceFindings.connectionLost : found
    }
    if said.contains("PermissionError") || said.contains("Permission denied") { return SourceFindings.denied }
    // A cut or emptied file of the repository breaks borg in places that have no message of their own.
    if said.contains("FileNotFoundError"), passedOn > 0 { return RepositoryFindings.damaged }
    return RepositoryFindings.unreadable
  }

  /// borg wants to write the repository's index anew, and may not.
  private var isHalfWritten: Bool {
    String(decoding: words, as: UTF8.self).contains("Read-only file system")
  }

  func error(about path: String) -> any Error {
    var definition = self.definition
    if definition.code == RepositoryFindings.passwordWrong.code, !hasPassword {
      definition = RepositoryFindings.noPassword
    }
    let message = message(definition, UntrustedText.line(path, limit: 200))
    if definition.consequence == .failed { return BadBackup(definition, message, evidence: evidence) }
    let retry = [SourceFindings.unreachable.code, SourceFindings.connectionLost.code, RepositoryFindings.locked.code]
    let hint =
      isHalfWritten ? "a program broke off while it wrote: borg info, where it may write, puts the index right" : nil
    return RunTrouble(definition, message, evidence: evidence, hint: hint, canRetry: retry.contains(definition.code))
  }

  private func message(_ definition: FindingDefinition, _ path: String) -> String {
    let (place, server) = (location.place.shown, location.place.server)
    return switch definition.code {
    case RepositoryFindings.passwordWrong.code: "the password does not open \(place)"
    case RepositoryFindings.noPassword.code: "\(place) needs a password, and none was given"
    case RepositoryFindings.keyMissing.code: "the key of \(place) is not kept in it"
    case RepositoryFindings.missing.code: "there is no borg repository: \(place)"
    case RepositoryFindings.damaged.code: "\(place) is damaged: what it holds of \(path) can't be read whole"
    case RepositoryFindings.noSnapshot.code: "the archive is gone from \(place)"
    case RepositoryFindings.locked.code: "\(place) is locked"
    case RepositoryFindings.notEncrypted.code: "\(place) is not encrypted, and a password was given"
    case RepositoryFindings.unsupported.code: "borg of this machine and \(place) do not understand each other"
    case SourceFindings.denied.code: "\(place) may not be read by us"
    case SourceFindings.connectionLost.code: "the connection to \(server) was lost"
    case RepositoryFindings.unreadable.code: "borg could not read \(place)"
    case SourceFindings.hostKeyChanged.code: "\(server) shows another key than the one it is known by"
    case SourceFindings.hostKeyUnknown.code: "the key of \(server) is not known"
    case SourceFindings.loginRefused.code: "\(server) does not let us in with this key"
    default: "\(server) does not answer"
    }
  }

  /// What borg said, without the program lines that it adds.
  private var evidence: [String] {
    messages.compactMap(\.message).filter { !$0.hasPrefix("Traceback") && !$0.hasPrefix("Warning:") }.suffix(3).map {
      "borg: " + UntrustedText.line($0.prefix { !$0.isNewline }, limit: 300)
    }
  }
}
