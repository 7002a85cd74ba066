import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Hosts and buckets that backups are fetched from: managers set them up, compare host keys, try them.
enum BackupServerRoutes {
  static let all: [Route] = [
    .get("/servers", .manager) { try list($0) }, .post("/servers", .manager, save),
    .get("/servers/new", .manager) { try form($0, .init(), kind($0.query("kind"), $0), id: nil) },
    .get("/servers/{id}/edit", .manager, edit),
    .post("/servers/{id}/check", .manager, check), .post("/servers/{id}/delete", .manager, delete),
  ]

  struct Row: Sendable {
    var id: String
    var name: String
    var address: String
    var credential: String
    var users: String
    var check: CheckContent?
  }

  struct List: Sendable {
    var sentence: String
    var servers: [Row]
    var hasServers: Bool
    var fact: String?
  }

  private static func list(
    _ visit: Visit, checked: (id: String, outcome: LocationCheck.Outcome)? = nil, fact: String? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let kept = visit.state.kept
    let rows = try kept.servers.all().map { server in
      Row(
        id: server.id, name: server.name, address: address(server, visit),
        credential: try server.credentials.compactMap { try kept.credentials.credential($0)?.name }
          .joined(separator: ", "),
        users: try kept.servers.users(of: server.id).joined(separator: ", "),
        check: checked.flatMap { $0.id == server.id ? CheckContent($0.outcome, now: visit.now) : nil })
    }
    return visit.page(
      "backupServers", "Backup servers",
      List(
        sentence: InUse.text("backup server", rows.map(\.users)), servers: rows, hasServers: !rows.isEmpty, fact: fact),
      status: status)
  }

  /// As it is written where hosts are known by keys; else what it is read as.
  private static func address(_ server: BackupServer, _ visit: Visit) -> String {
    let facilities = visit.state.facilities
    guard facilities.serverKind(of: server.address)?.showsHostKeys == false else { return server.userAndHost }
    return (try? facilities.read(server.location("/"), nil))?.description ?? server.userAndHost
  }

  private static func form(
    _ visit: Visit, _ form: BackupServerKeeping.Form, _ kind: BackupServerKind, id: String?,
    problems: FormProblems? = nil, proposal: BackupServerKeeping.Proposal? = nil
  ) throws -> Response {
    let content = try BackupServerContent(visit, form, kind, id: id, problems: problems, proposal: proposal)
    return visit.page(
      "backupServer", content.title, content, status: problems == nil ? .ok : .unprocessableContent)
  }

  @Sendable private static func edit(_ visit: Visit) throws -> Response {
    let server = try server(visit)
    var form = BackupServerKeeping.Form()
    form.name = server.name
    form.address = server.address
    form.credential = server.setup.credential ?? ""
    form.password = server.setup.password ?? ""
    form.authority = server.setup.authority
    let scheme = visit.state.facilities.serverKind(of: server.address)?.scheme
    return try Self.form(visit, form, kind(scheme, visit), id: server.id)
  }

  /// First the host's keys are shown; a form with confirmed ones is saved.
  @Sendable private static func save(_ visit: Visit) async throws -> Response {
    var form = BackupServerKeeping.Form()
    let kind = try kind(visit.form["kind"], visit)
    form.name = visit.field("name")
    form.address = kind.address(visit.form)
    form.credential = visit.field("credential")
    form.password = visit.field("password")
    form.authority = visit.field("authority")
    let id = visit.field("id").isEmpty ? nil : visit.field("id")
    let confirmed = visit.field("confirmed")
    let isConfirmed = !confirmed.isEmpty && visit.field("confirmedAddress") == visit.field("address")
    let keeping = BackupServerKeeping(visit.state)
    do {
      if kind.showsHostKeys, !isConfirmed {
        return try Self.form(visit, form, kind, id: id, proposal: try await keeping.propose(form))
      }
      let id = try await keeping.save(form, id: id, confirmed: confirmed, by: visit.actor)
      return try list(visit, checked: (id, try await outcome(id, visit)))
    } catch let problems as FormProblems {
      return try Self.form(visit, form, kind, id: id, problems: problems)
    }
  }

  @Sendable private static func check(_ visit: Visit) async throws -> Response {
    let id = try server(visit).id
    return try list(visit, checked: (id, try await outcome(id, visit)))
  }

  /// Logging in and looking at the home folder, which every account has.
  private static func outcome(_ id: String, _ visit: Visit) async throws -> LocationCheck.Outcome {
    do {
      return try await LocationCheck(visit.state).login(server: id)
    } catch let problems as FormProblems {
      return .notFound(ServerFindings.notAllowed.finding(problems.problems.first?.fact ?? ""))
    }
  }

  @Sendable private static func delete(_ visit: Visit) throws -> Response {
    do {
      try visit.state.kept.servers.delete(server(visit).id, by: visit.actor)
      return visit.go(to: "/servers")
    } catch StoreError.inUse(let names) {
      return try list(visit, fact: "It is used by \(names.joined(separator: ", ")).", status: .conflict)
    }
  }

  private static func server(_ visit: Visit) throws -> BackupServer {
    guard let id = visit.parameters.get("id"), let server = try visit.state.kept.servers.server(id) else {
      throw StoreError.notThere
    }
    return server
  }

  /// The kind that is named; the first when none is.
  private static func kind(_ scheme: String?, _ visit: Visit) throws -> BackupServerKind {
    let kinds = visit.state.facilities.serverKinds
    guard let kind = scheme.map({ scheme in kinds.first { $0.scheme == scheme } }) ?? kinds.first else {
      throw StoreError.notThere
    }
    return kind
  }
}
