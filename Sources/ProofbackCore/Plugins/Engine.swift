public import SystemPackage

/// A DBMS. One folder in `ProofbackRestore/Engines/`, one line in `EngineCatalogue`; nothing outside names it.
public protocol Engine: Sendable {
  /// `mysql`, `mongodb` …
  var name: String { get }
  /// The types that it serves: `mysql` and `mariadb` are one engine with two flavours.
  var types: [DatabaseType] { get }
  /// Options of its own, from which CLI flags, form fields and docs are made.
  var options: [OptionSchema] { get }

  /// What the bytes are, from their head; nil when they are nothing of this engine's.
  func recognise(_ head: ContentHead) -> Recognition?

  /// Whether nothing but programs of ours reads its backups: no server is started, and no image asked for.
  var needsNoServer: Bool { get }

  /// What the backup says of the server that it needs, where its head tells.
  func needs(_ head: ContentHead, as type: DatabaseType) -> BackupNeeds

  /// Of a file inside of a folder, by its name: how many layers around it are its packer's, where the file may hold anything
  /// (a stored document that is itself compressed); nil for as many as there are.
  func mostLayers(ofMember name: String) -> Int?

  /// What is installed for `type`, and the command that installs what is missing.
  func readiness(for type: DatabaseType) -> EngineReadiness

  /// A session for one run. Nothing is started yet.
  func session(_ work: EngineWork) -> any EngineSession
}

extension Engine {
  public var needsNoServer: Bool { false }
  public func needs(_ head: ContentHead, as type: DatabaseType) -> BackupNeeds { BackupNeeds(type: type) }
  public func mostLayers(ofMember name: String) -> Int? { nil }
}

/// The DBMS in its sandbox, for one run. Calls come one after another, in this order:
/// `start` → `restore` → `verify` → `answer` → `stop`. `stop` is safe twice and after a failed start; the sandbox's
/// `destroy` ends what it left.
/// All throw `RunTrouble` for our own trouble and `BadBackup` for what ends the run as failed at once.
public protocol EngineSession: Sendable {
  /// Starts the server and waits until it answers its first statement.
  func start() async throws -> EngineUsed
  /// Feeds the content to the server through the dump's scanner. Reads `content` to its end, also when the import
  /// failed on the way (the end of a file says much about its cause); returns everything found.
  func restore(_ content: BackupContent) async throws -> [Finding]
  /// Reads back what came, holds it against the claims.
  func verify(_ depth: Depth) async throws -> Verification
  /// Carries out queries of checks as a user who may only read, each within its time; one outcome for each.
  func answer(_ queries: [CheckedQuery]) async throws -> [CheckOutcome]
  /// How a person looks inside a sandbox that is held open: a command for a shell on this host.
  var lookInside: String { get }
  func stop() async
}

public struct Verification: Sendable {
  public var inventory: Inventory
  public var findings: [Finding]
  /// Nil where rows were not to be measured, or the engine does not measure.
  public var profile: DatabaseProfile?
  /// What the tools that write such backups leave out, unless they are asked.
  public var dumpOptions: [DumpOption] = []
  public init(inventory: Inventory, findings: [Finding], profile: DatabaseProfile? = nil) {
    self.inventory = inventory
    self.findings = findings
    self.profile = profile
  }
}

/// An option of a dump tool without which kinds of objects are not in its dump.
public struct DumpOption: Sendable, Equatable {
  /// Of `SchemaObject`.
  public var kinds: Set<String>
  /// `--routines`
  public var option: String
  /// Other options that ask for the same.
  public var same: [String]
  /// What says the opposite.
  public var off: [String]
  /// Whether they are in a dump unless the tool is told otherwise.
  public var isUsual: Bool
  public init(kinds: Set<String>, option: String, same: [String] = [], off: [String], isUsual: Bool = false) {
    self.kinds = kinds
    self.option = option
    self.same = same
    self.off = off
    self.isUsual = isUsual
  }
}

/// The first bytes of a decoded backup, or the first entries of a folder in one.
public struct ContentHead: Sendable {
  /// Up to `limit` bytes; fewer only when the content is shorter.
  public var bytes: [UInt8]
  /// Names of the folder's first members, when the content is a tar; `bytes` are then the first file's.
  public var memberNames: [String]?
  /// The source object's name, for types whose files carry no name of their own. Never decides what the bytes are.
  public var fileName: String
  public static let limit = 65536

  public init(bytes: [UInt8], memberNames: [String]? = nil, fileName: String) {
    self.bytes = bytes
    self.memberNames = memberNames
    self.fileName = fileName
  }
}

/// What an engine takes the bytes for.
public struct Recognition: Sendable {
  public var type: DatabaseType
  /// `mysqldump SQL`, `mongodump archive` … for people.
  public var format: String
  /// Types of the same engine that may take it too.
  public var alternatives: [DatabaseType]
  /// Whether the bytes can be nothing else. What is not certain gives way where another file of a folder is.
  public var isCertain: Bool
  public init(type: DatabaseType, format: String, alternatives: [DatabaseType] = [], isCertain: Bool = true) {
    self.type = type
    self.format = format
    self.alternatives = alternatives
    self.isCertain = isCertain
  }
}

public struct EngineReadiness: Sendable {
  /// Nil when nothing usable is installed.
  public var server: String?
  public var missing: [String]
  /// The command that installs what is missing.
  public var remedy: String
  /// What to know although it works (a stand-in is used, say).
  public var notes: [String]
  public init(server: String?, missing: [String], remedy: String, notes: [String] = []) {
    self.server = server
    self.missing = missing
    self.remedy = remedy
    self.notes = notes
  }
}

/// What a run gives to an engine.
public struct EngineWork: Sendable {
  public var type: DatabaseType
  public var recognition: Recognition
  public var sandbox: any Sandbox
  public var limits: Limits
  public var options: [String: String]
  /// The same bytes that `restore` will read first.
  public var head: ContentHead
  /// Folder for templates that are made once per version and copied for each run.
  public var templates: FilePath
  public var events: any EventSink
  /// How rows are to be measured as they are read back; nil when they are not.
  public var measuring: Measuring?
  /// Patterns of tables whose rows come and go as they like: a dump may leave them out.
  public var volatileTables: [String] = []
  /// Bytes given to the DBMS so far; called often, from any thread.
  public var onImported: @Sendable (UInt64) -> Void

  public init(
    type: DatabaseType, recognition: Recognition, sandbox: any Sandbox, limits: Limits, options: [String: String],
    head: ContentHead, templates: FilePath, events: any EventSink,
    measuring: Measuring? = nil, onImported: @escaping @Sendable (UInt64) -> Void
  ) {
    self.type = type
    self.recognition = recognition
    self.sandbox = sandbox
    self.limits = limits
    self.options = options
    self.head = head
    self.templates = templates
    self.events = events
    self.measuring = measuring
    self.onImported = onImported
  }
}

/// One option of a plug-in: from it come flag, form field, validation and docs.
public struct OptionSchema: Sendable {
  public var name: String
  public var summary: String
  public var defaultText: String
  /// Values must match it whole: letters, digits, `_`, `-`, `.` up to `maximumLength` characters.
  public var maximumLength: Int
  /// Characters and whole values that are refused all the same.
  public var refused: Set<String>
  public init(
    name: String, summary: String, defaultText: String, maximumLength: Int = 64, refused: Set<String> = []
  ) {
    self.refused = refused
    self.name = name
    self.summary = summary
    self.defaultText = defaultText
    self.maximumLength = maximumLength
  }
}

extension OptionSchema {
  /// Whether a value is allowed.
  public func accepts(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.count <= maximumLength && !refused.contains(value)
      && !value.contains { refused.contains(String($0)) }
      && value.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_-.".utf8.contains(byte)
      }
  }
}
