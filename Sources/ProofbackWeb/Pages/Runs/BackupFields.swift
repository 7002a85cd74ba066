import ProofbackCore
import ProofbackServer

/// The fields that say which backup, with what can be chosen in them: of a single run and of a schedule.
struct BackupFields: Sendable {
  var form: RunRequests.Form
  var problems: [String: String]
  var types: [Choice]
  var decryptionKeys: [Choice]
  var hasDecryptionKeys: Bool
  var passphrases: [Choice]
  /// What seals of proofs are checked with.
  var proofKeys: [Choice]
  var hasProofKeys: Bool
  var servers: [Choice]
  var hasServers: Bool
  var workplaces: [Choice]
  var hasWorkplaces: Bool
  /// What it is restored into.
  var sandboxes: [Choice]
  var showsPlaces: Bool
  /// What "Check" came to.
  var check: CheckContent?
  var showsKeys: Bool
  var depths: [Choice]
  /// Whether its runs are held against earlier ones: those of a schedule are.
  var hasBaseline: Bool
  var usualTolerances = ToleranceText.text(
    Dictionary(uniqueKeysWithValues: Tolerance.allCases.map { ($0, $0.byDefault) }))
  var showsChecks: Bool
  /// Of `openssl enc`.
  var ciphers: [Choice]
  var limits: [Input]
  var options: [Input]
  var showsLimits: Bool

  /// A field that most leave empty.
  struct Input: Sendable {
    var name: String
    var label: String
    var value: String
    var hint: String
    var problem: String?
  }
  /// Before the ids of the fields, so that two such forms fit on one page.
  var ids: String

  init(
    _ visit: Visit, form: RunRequests.Form = .init(), problems: FormProblems? = nil,
    check: LocationCheck.Outcome? = nil, ids: String = "", hasBaseline: Bool = false
  ) throws {
    self.form = form
    self.ids = ids
    self.hasBaseline = hasBaseline
    self.problems = FieldProblems.texts(problems)
    let credentials = try visit.state.kept.credentials.all()
    func choices(_ kind: CredentialKind, _ chosen: [String]) -> [Choice] {
      credentials.filter { $0.kind == kind }.map {
        Choice(value: $0.id, label: "\($0.name) (\($0.description))", isChosen: chosen.contains($0.id))
      }
    }
    types = visit.state.facilities.types.map {
      Choice(value: $0.rawValue, label: $0.rawValue, isChosen: $0.rawValue == form.type)
    }
    decryptionKeys = choices(.decryptionKey, form.decryptionKeys)
    hasDecryptionKeys = !decryptionKeys.isEmpty
    passphrases = choices(.passphrase, [form.passphrase])
    proofKeys = choices(.proofKey, [form.proofKey])
    hasProofKeys = !proofKeys.isEmpty
    servers = try visit.state.kept.servers.all().map {
      Choice(value: $0.id, label: "\($0.name) (\($0.userAndHost))", isChosen: $0.id == form.server)
    }
    hasServers = !servers.isEmpty
    workplaces = try visit.state.kept.workplaces.all().map {
      Choice(value: $0.id, label: "\($0.name) (\($0.description))", isChosen: $0.id == form.workplace)
    }
    hasWorkplaces = !workplaces.isEmpty
    let facilities = visit.state.facilities
    let chosen = facilities.sandbox(
      named: form.sandbox.isEmpty ? nil : form.sandbox, image: form.image.isEmpty ? nil : form.image)
    sandboxes = facilities.sandboxes.map {
      // The usual one is what an empty field says: an image alone then speaks for its kind.
      Choice(value: $0 == facilities.sandboxes.first ? "" : $0.name, label: $0.title, isChosen: $0 == chosen)
    }
    showsPlaces =
      !(form.workplace + form.sandbox + form.image).isEmpty
      || !Set(self.problems.keys).isDisjoint(with: ["workplace", "sandbox", "image"])
    self.check = check.map { CheckContent($0, now: visit.now) }
    showsKeys =
      !form.decryptionKeys.isEmpty || !(form.passphrase + form.proofKey + form.opensslCipher).isEmpty
      || !Set(self.problems.keys).isDisjoint(with: ["decryptionKeys", "passphrase", "proofKey", "opensslCipher"])
    depths = [(Depth.full, "every row"), (.sampled, "a sample, for large backups")].map {
      Choice(value: $0.0.rawValue, label: $0.1, isChosen: $0.0.rawValue == form.depth)
    }
    showsChecks =
      !form.maxAge.isEmpty || !form.minSize.isEmpty || form.depth == Depth.sampled.rawValue
      || form.requireEncryption || !form.recipients.isEmpty || !form.checks.isEmpty
      || (hasBaseline && !(form.volatileTables + form.tolerances).isEmpty)
      || !Set(self.problems.keys).isDisjoint(with: [
        "maxAge", "minSize", "recipients", "depth", "volatileTables", "tolerances", "checks",
      ])
    ciphers = OpenSSLCipher.all.map { Choice(value: $0, label: $0, isChosen: $0 == form.opensslCipher) }
    let found = self.problems
    limits = Self.limits(form).map { Input(name: $0, label: $1, value: $2, hint: $3, problem: found[$0]) }
    options = visit.state.facilities.options.map { schema in
      Input(
        name: "option-\(schema.name)", label: schema.name.prefix(1).uppercased() + schema.name.dropFirst(),
        value: form.options[schema.name] ?? "", hint: "\(schema.summary); empty: \(schema.defaultText)",
        problem: found["option-\(schema.name)"])
    }
    showsLimits = (limits + options).contains { !$0.value.isEmpty || $0.problem != nil }
  }
}

extension BackupFields {
  private static func limits(_ form: RunRequests.Form) -> [(String, String, String, String)] {
    let usual = Limits()
    return [
      ("timeout", "Longest time", form.timeout, "12h. Empty: \(Quantity.written(seconds: usual.seconds))."),
      ("memory", "Memory", form.memory, "8GB. Empty: \(Quantity.written(bytes: usual.memoryBytes))."),
      ("disk", "Disk", form.disk, "200GB. Empty: \(Quantity.written(bytes: usual.diskBytes))."),
    ]
  }
}

extension RunRequests.Form {
  /// What a check of the location is about: after a change of these it is tried again.
  var place: String { [server, location, file].joined(separator: "\n") }

  init(_ visit: Visit) {
    self.init()
    location = visit.field("location")
    file = visit.field("file")
    type = visit.field("type")
    server = visit.field("server")
    decryptionKeys = visit.form.keys.filter { $0.hasPrefix("key-") }.map { String($0.dropFirst("key-".count)) }.sorted()
    (passphrase, proofKey) = (visit.field("passphrase"), visit.field("proofKey"))
    maxAge = visit.field("maxAge")
    minSize = visit.field("minSize")
    requireEncryption = !visit.field("requireEncryption").isEmpty
    (recipients, checks) = (visit.field("recipients"), visit.field("checks"))
    (volatileTables, tolerances) = (visit.field("volatileTables"), visit.field("tolerances"))
    opensslCipher = visit.field("opensslCipher")
    depth = visit.field("depth")
    (timeout, memory, disk) = (visit.field("timeout"), visit.field("memory"), visit.field("disk"))
    (workplace, sandbox, image) = (visit.field("workplace"), visit.field("sandbox"), visit.field("image"))
    options = visit.state.facilities.options.reduce(into: [:]) { $0[$1.name] = visit.field("option-\($1.name)") }
  }
}
