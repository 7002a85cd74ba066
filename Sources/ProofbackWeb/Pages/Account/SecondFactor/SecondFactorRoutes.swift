import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Codes from the own device: turned on and off by each person, off by managers for whoever lost the device; and the
/// second step of a login.
enum SecondFactorRoutes {
  static let all: [Route] = [
    .get("/account/codes", .person) { try await show($0) }, .post("/account/codes", .person, begin),
    .post("/account/codes/confirm", .person, confirm), .post("/account/codes/off", .person, turnOff),
    .post("/people/{id}/codes/off", .manager, turnOffForAnother), .post("/login/code", .open, enterCode),
  ]

  struct Content: Sendable {
    var isOn: Bool
    var secret: String?
    var address: String?
    var picture: CodePicture?
    var recoveryCodes: [String]
    var hasRecoveryCodes: Bool
    var problems: [String: String] = [:]
  }

  struct CodeContent: Sendable {
    var pending: String
    var problem: String?
    var next: String
  }

  private static func show(
    _ visit: Visit, codes: [String] = [], problem: FormProblem? = nil
  ) async throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    let factors = visit.state.kept.secondFactors
    let isOn = try factors.isOn(for: person.id)
    let secret = isOn ? nil : try factors.begun(for: person.id)
    let address = secret?.address(login: person.login)
    var code: QRCode?
    if let address { code = await visit.state.facilities.draw(address) }
    let content = Content(
      isOn: isOn, secret: secret.map { grouped($0.text) }, address: address, picture: code.map(CodePicture.init),
      recoveryCodes: codes, hasRecoveryCodes: !codes.isEmpty,
      problems: FieldProblems.texts(problem.map { FormProblems([$0]) }))
    return visit.page(
      "secondFactor", "Codes at login", content, status: problem == nil ? .ok : .unprocessableContent)
  }

  private static func grouped(_ text: String) -> String {
    stride(from: 0, to: text.count, by: 4).map { String(text.dropFirst($0).prefix(4)) }.joined(separator: " ")
  }

  @Sendable private static func begin(_ visit: Visit) throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    do { _ = try visit.state.kept.secondFactors.begin(for: person.id, by: visit.actor) } catch StoreError.alreadyThere {
    }
    return visit.go(to: "/account/codes")
  }

  @Sendable private static func confirm(_ visit: Visit) async throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    guard
      let codes = try visit.state.kept.secondFactors.confirm(visit.field("code"), for: person.id, by: visit.actor)
    else {
      let problem = FormProblem(
        "code", "this is not the code of now", hint: "type the newest one; the device's clock must be right")
      return try await show(visit, problem: problem)
    }
    return try await show(visit, codes: codes)
  }

  @Sendable private static func turnOff(_ visit: Visit) async throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    let isDone = try await visit.site.accounts.turnOffSecondFactor(
      of: person, password: visit.field("password"), by: visit.actor)
    if isDone { return visit.go(to: "/account/codes") }
    return try await show(visit, problem: FormProblem("password", "this is not your password"))
  }

  @Sendable private static func turnOffForAnother(_ visit: Visit) throws -> Response {
    try visit.state.kept.secondFactors.turnOff(for: visit.parameters.get("id") ?? "", by: visit.actor)
    return visit.go(to: "/people")
  }

  // MARK: Login

  static func ask(_ visit: Visit, _ pending: Token, problem: String? = nil) -> Response {
    visit.page(
      "loginCode", "Code", CodeContent(pending: pending.text, problem: problem, next: visit.field("next")),
      status: problem == nil ? .ok : .unprocessableContent)
  }

  @Sendable private static func enterCode(_ visit: Visit) throws -> Response {
    let pending = Token(visit.field("pending"))
    guard visit.site.accounts.isPending(pending) else { return visit.go(to: "/login") }
    switch try visit.site.accounts.logIn(pending: pending, code: visit.field("code"), address: visit.address) {
    case .entered(let token): return LoginRoutes.entered(token, visit)
    case .wait(let seconds):
      return ask(visit, pending, problem: "Too many attempts. Try again in \(Int(seconds.rounded(.up))) s.")
    case .refused, .needsCode: return ask(visit, pending, problem: "This code is wrong, or was used already.")
    }
  }
}
