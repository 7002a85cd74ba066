public import Foundation

/// How a worker elsewhere and its server talk over HTTPS: paths, headers, and what requests are sealed over.
///
/// A claim shows the token and a public key (X25519); its answer is the assignment, sealed to that key (HPKE, RFC 9180).
/// From then on requests are sealed with a secret that both sides export from it (RFC 9180, 5.3), and the token counts
/// for nothing. No message depends on the two clocks agreeing.
public enum WorkerLink {
  public static let root = "/worker/v1/"
  public static let claimPath = root + "claim"
  /// Events one a line, as on a local worker's output; none is a sign of life.
  public static let eventsPath = root + "events"
  /// Followed by a key that is good for the program and nothing else.
  public static let programPath = root + "program/"

  public static let ticketHeader = "Proofback-Ticket"
  /// Grows with each request: one that was seen counts no more.
  public static let numberHeader = "Proofback-Number"
  /// The number of the first event in the body; the first of a run is 0.
  public static let firstHeader = "Proofback-First"
  /// SHA-256 of the body, hexadecimal. It is sealed with the head, so that no body is read of whoever has not the secret.
  public static let digestHeader = "Proofback-Digest"
  /// HMAC-SHA256 over `sealed`, hexadecimal.
  public static let sealHeader = "Proofback-Seal"

  /// The context of the sealed assignment.
  public static func info(ticket: String) -> Data { Data("proofback worker 1 assignment \(ticket)".utf8) }
  /// What the secret that requests are sealed with is exported for.
  public static let requestContext = Data("proofback worker 1 requests".utf8)
  public static let secretBytes = 32

  /// What a request's seal is over.
  public static func sealed(ticket: String, number: UInt64, first: UInt64, digest: String) -> Data {
    Data("POST\n\(eventsPath)\n\(ticket)\n\(number)\n\(first)\n\(digest)".utf8)
  }

  /// Whether a worker may speak to this address: over TLS, or on the same machine.
  public static func mayBeReached(_ server: String) -> Bool {
    guard let url = URL(string: server), let host = url.host, url.user == nil, url.query == nil, url.fragment == nil
    else { return false }
    switch url.scheme?.lowercased() {
    case "https": return true
    case "http": return ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    default: return false
    }
  }

  /// Longest claim, bytes.
  public static let longestClaim = 4096
  /// Longest body of events, bytes: a report and its line's end.
  public static let longestEvents = WorkerProtocol.longestReport + 1
  /// Workers send so much at once, bytes, unless one event is longer.
  public static let batchBytes = 512 << 10
  /// Workers send so many events at once.
  public static let batchEvents = 1000
}

/// What a worker shows for its assignment, beside the token.
public struct WorkerClaim: Sendable, Codable {
  /// X25519, 32 bytes.
  public var publicKey: Data
  /// The worker's version: another one might leave out what it does not know.
  public var version: String
  /// The run that it was started for, where it knows.
  public var run: String?

  public init(publicKey: Data, version: String, run: String?) {
    self.publicKey = publicKey
    self.version = version
    self.run = run
  }
}

/// An assignment, sealed to the key that claimed it.
public struct ClaimAnswer: Sendable, Codable {
  public var ticket: String
  public var encapsulatedKey: Data
  public var sealed: Data
  /// Seconds between signs of life.
  public var heartbeat: Double
  /// Seconds of silence after which the server waits no more.
  public var lease: Double
  /// The server's clock, milliseconds since 1970.
  public var serverTime: Int64

  public init(
    ticket: String, encapsulatedKey: Data, sealed: Data, heartbeat: Double, lease: Double, serverTime: Int64
  ) {
    self.ticket = ticket
    self.encapsulatedKey = encapsulatedKey
    self.sealed = sealed
    self.heartbeat = heartbeat
    self.lease = lease
    self.serverTime = serverTime
  }
}

/// What became of a body of events.
public struct EventsAnswer: Sendable, Codable {
  /// The number of the event that is expected next: those before it were taken.
  public var next: UInt64
  /// The run is to end.
  public var cancels: Bool
  /// SHA-256 of the certificate that new connections are shown, hexadecimal; nil without TLS of its own.
  public var certificate: String?

  public init(next: UInt64, cancels: Bool, certificate: String? = nil) {
    self.next = next
    self.cancels = cancels
    self.certificate = certificate
  }
}

/// Why a request was refused.
public struct WorkerRefusal: Error, Sendable, Codable, Equatable {
  /// A finding's code.
  public var code: String
  public var message: String

  public init(_ definition: FindingDefinition, _ message: String) {
    code = definition.code.rawValue
    self.message = message
  }
}
