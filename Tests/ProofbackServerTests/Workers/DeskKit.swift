import Crypto
import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Synchronization

/// A desk with a real state behind it.
struct DeskKit {
  let store: StoreKit
  let desk: AssignmentDesk
  let events = Events()
  static let certificate = String(repeating: "ab", count: 32)
  static let secret = "SECRET-OF-THE-RUN"

  init(
    server: String = "https://proofback.example.org", certificate: String? = Self.certificate,
    _ change: (inout DeskTimes) -> Void = { _ in }
  ) throws {
    store = try StoreKit()
    var times = DeskTimes()
    change(&times)
    let noon = store.noon
    desk = AssignmentDesk(
      store.alerts, address: DeskAddress(server: server, certificate: { certificate }),
      program: try WorkerProgram("/usr/bin/true"), version: "1", times: times, logger: Logger(label: "test"),
      now: { noon })
  }

  static func assignment(_ run: String = "run-one", seconds: Double = 60) -> Assignment {
    var assignment = Assignment(
      specification: RunSpecification(runID: run, location: "/b", stateFolder: "/s"), secrets: RunSecrets())
    assignment.specification.limits.seconds = seconds
    assignment.secrets.passphrase = NamedSecret(name: "passphrase", content: Data(secret.utf8))
    return assignment
  }

  func open(_ assignment: Assignment = Self.assignment(), within seconds: Double = 600) async throws -> WorkerTicket {
    try await desk.open(assignment, claimWithin: seconds, events: events)
  }

  /// What came through.
  final class Events: EventSink {
    private let all = Mutex<[String]>([])
    func send(_ event: RunEvent) {
      all.withLock { all in
        switch event {
        case .log(let text): all.append(text)
        case .ended: all.append("ended")
        default: all.append("other")
        }
      }
    }
    var texts: [String] { all.withLock { $0 } }
  }
}

/// A worker as far as the desk sees it.
final class DeskVisitor {
  let key = Curve25519.KeyAgreement.PrivateKey()
  let desk: AssignmentDesk
  private(set) var ticket = ""
  private(set) var secret = SymmetricKey(size: .bits256)
  var number: UInt64 = 0

  init(_ kit: DeskKit) { desk = kit.desk }

  /// - Returns: the code of the refusal, if it is one.
  @discardableResult func claim(_ token: String, version: String = "1", run: String? = nil) throws -> String? {
    let claim = WorkerClaim(publicKey: key.publicKey.rawRepresentation, version: version, run: run)
    switch desk.claim(token, claim, from: "192.0.2.7") {
    case .refused(let refusal): return refusal.code
    case .sealed(let answer):
      _ = try open(answer)
      return nil
    }
  }

  @discardableResult func open(_ answer: ClaimAnswer) throws -> Assignment {
    var recipient = try HPKE.Recipient(
      privateKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: WorkerLink.info(ticket: answer.ticket),
      encapsulatedKey: answer.encapsulatedKey)
    let assignment = try WorkerProtocol.assignment(Array(recipient.open(answer.sealed)))
    secret = try recipient.exportSecret(context: WorkerLink.requestContext, outputByteCount: WorkerLink.secretBytes)
    ticket = answer.ticket
    return assignment
  }

  func head(first: UInt64, _ body: Data, number: UInt64? = nil) -> RequestHead {
    self.number = number ?? self.number + 1
    let digest = Hexadecimal.text(SHA256.hash(data: body))
    let over = WorkerLink.sealed(ticket: ticket, number: self.number, first: first, digest: digest)
    return RequestHead(
      ticket: ticket, number: self.number, first: first, digest: digest,
      seal: Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: over, using: secret)))
  }

  @discardableResult func send(_ events: [RunEvent], first: UInt64) throws -> EventsAnswer {
    let body = Data(events.flatMap { WorkerProtocol.line($0) ?? [] })
    return try desk.admit(head(first: first, body)).take(body)
  }
}

extension RunReport {
  static func passed(_ run: String) -> RunReport {
    RunReport(
      runID: run, verdict: .passed, cause: nil, sentence: "it came back", findings: [], stages: [], inventory: nil,
      engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: Date(timeIntervalSince1970: 0),
      seconds: 1)
  }
}
