import ProofbackCore
import ProofbackServer

/// The form of a backup server of one kind, and the host's keys once it was asked for them.
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

  /// A part of the address.
  struct Field: Sendable {
    var name: String
    var label: String
    var hint: String
    var isRequired: Bool
    var value: String
    var problem: String?
  }

  var id: String
  var title: String
  var form: BackupServerKeeping.Form
  /// Its scheme.
  var kind: String
  var kinds: [Choice]
  var isNew: Bool
  var fields: [Field]
  /// `SSH key`, as a label and in a sentence.
  var credentialLabel: String
  var credentialName: String
  var keys: [Choice]
  var hasKeys: Bool
  var asksForKey: Bool
  var passwords: [Choice]
  var asksForPassword: Bool
  var takesAuthority: Bool
  var problems: [String: String]
  var button: String
  var host: String
  var shown: [Key]
  var isProposed: Bool
  /// Whose keys they are.
  var confirmedAddress: String

  init(
    _ visit: Visit, _ form: BackupServerKeeping.Form, _ kind: BackupServerKind, id: String?, problems: FormProblems?,
    proposal: BackupServerKeeping.Proposal?
  ) throws {
    self.id = id ?? ""
    isNew = id == nil
    title = id == nil ? "Add a backup server" : "Modify \(form.name)"
    self.form = form
    self.kind = kind.scheme
    kinds = visit.state.facilities.serverKinds.map {
      Choice(value: $0.scheme, label: $0.title, isChosen: $0.scheme == kind.scheme)
    }
    let texts = FieldProblems.texts(problems)
    fields = Self.fields(kind, form.address, problem: texts["address"])
    credentialName = kind.credentialName
    credentialLabel = kind.credentialName.prefix(1).uppercased() + kind.credentialName.dropFirst()
    let stored = try visit.state.kept.credentials.all()
    keys = Self.choices(stored, kind.credential, form.credential)
    hasKeys = !keys.isEmpty || kind.credentialNeed != .required
    asksForKey = kind.credentialNeed != .none
    passwords = Self.choices(stored, .repositoryPassword, form.password)
    asksForPassword = kind.password != .none
    takesAuthority = kind.takesAuthority
    self.problems = texts
    button = kind.showsHostKeys ? "Show the host's keys" : "Save and try it"
    host = proposal?.host ?? ""
    // The kind that every server has made for itself since OpenSSH 6.5.
    let shownKeys = proposal?.keys ?? []
    let first = shownKeys.first { $0.type.contains("ed25519") } ?? shownKeys.first
    shown = shownKeys.map { Key($0, isChosen: $0 == first) }
    isProposed = proposal != nil
    confirmedAddress = fields.first?.value ?? ""
  }

  private static func choices(_ stored: [Credential], _ kind: CredentialKind, _ chosen: String) -> [Choice] {
    stored.filter { $0.kind == kind }.map { Choice(value: $0.id, label: $0.name, isChosen: $0.id == chosen) }
  }

  /// What is wrong with the address as a whole stands at its first part.
  private static func fields(_ kind: BackupServerKind, _ address: String, problem: String?) -> [Field] {
    let values = kind.values(of: address)
    return kind.parts.enumerated().map { number, part in
      Field(
        name: part.name, label: part.label, hint: part.hint, isRequired: part.isRequired,
        value: values[part.name] ?? "", problem: number == 0 ? problem : nil)
    }
  }
}
