import ProofbackCore
import ProofbackServer

/// The form of a backup server, and the host's keys once it was asked for them.
struct BackupServerContent: Sendable {
  struct Key: Sendable {
    var fingerprint: String
    /// Where OpenSSH's server keeps its public part.
    var file: String
    var isChosen: Bool

    init(_ key: ShownHostKey, isChosen: Bool) {
      fingerprint = key.fingerprint
      let kind = ["ed25519", "ecdsa", "dsa"].first(where: key.type.contains) ?? "rsa"
      file = "/etc/ssh/ssh_host_\(kind)_key.pub"
      self.isChosen = isChosen
    }
  }

  var id: String
  var title: String
  var form: BackupServerKeeping.Form
  var keys: [Choice]
  var hasKeys: Bool
  var problems: [String: String]
  var host: String
  var shown: [Key]
  var isProposed: Bool

  init(
    _ visit: Visit, _ form: BackupServerKeeping.Form, id: String?, problems: FormProblems?,
    proposal: BackupServerKeeping.Proposal?
  ) throws {
    self.id = id ?? ""
    title = id == nil ? "Add a backup server" : "Modify \(form.name)"
    self.form = form
    keys = try visit.state.kept.credentials.all().filter { $0.kind == .sshKey }.map {
      Choice(value: $0.id, label: $0.name, isChosen: $0.id == form.credential)
    }
    hasKeys = !keys.isEmpty
    self.problems = FieldProblems.texts(problems)
    host = proposal?.host ?? ""
    // The kind that every server has made for itself since OpenSSH 6.5.
    let shownKeys = proposal?.keys ?? []
    let first = shownKeys.first { $0.type.contains("ed25519") } ?? shownKeys.first
    shown = shownKeys.map { Key($0, isChosen: $0 == first) }
    isProposed = proposal != nil
  }
}
