import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ProofbackCore
import ProofbackServer

/// Where workers on other machines fetch their assignment and report. Neither sessions nor API tokens count here, and a
/// worker's token counts nowhere else.
struct WorkerRoutes: RouterMiddleware {
  typealias Context = WebContext
  let site: Site
  let desk: AssignmentDesk

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard path.hasPrefix(WorkerLink.root) else { return try await next(request, context) }
    do {
      return try await withTaskExecutorPreference(site.state.threads) {
        try await answer(request, path, site.address(of: request, context))
      }
    } catch let refusal as WorkerRefusal {
      var response = try Self.json(refusal, status: Self.status(refusal))
      if response.status == .tooManyRequests { response.headers[.retryAfter] = "1" }
      return response
    } catch is NIOTooManyBytesError {
      return Response(status: .contentTooLarge)
    } catch let error as HTTPError {
      return Response(status: error.status)
    }
  }

  private func answer(_ request: Request, _ path: String, _ origin: String) async throws -> Response {
    switch (request.method, path) {
    case (.post, WorkerLink.claimPath): try await claim(request, origin)
    case (.post, WorkerLink.eventsPath): try await events(request)
    case (.get, _) where path.hasPrefix(WorkerLink.programPath):
      try program(String(path.dropFirst(WorkerLink.programPath.count)))
    default: Response(status: .notFound)
    }
  }

  private func claim(_ request: Request, _ origin: String) async throws -> Response {
    let words = (request.headers[.authorization] ?? "").split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer" else { return Response(status: .unauthorized) }
    let body = try await request.body.collect(upTo: WorkerLink.longestClaim)
    guard let claim = try? JSONDecoder().decode(WorkerClaim.self, from: Data(body.readableBytesView)) else {
      throw WorkerRefusal(RemoteFindings.refused, "the body is no claim")
    }
    switch desk.claim(String(words[1]), claim, from: origin) {
    case .sealed(let answer): return try Self.json(answer)
    case .refused(let refusal): throw refusal
    }
  }

  private func events(_ request: Request) async throws -> Response {
    func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
    guard let number = UInt64(header(WorkerLink.numberHeader)), let first = UInt64(header(WorkerLink.firstHeader))
    else { throw WorkerRefusal(RemoteFindings.refused, "the request has no number") }
    let head = RequestHead(
      ticket: header(WorkerLink.ticketHeader), number: number, first: first, digest: header(WorkerLink.digestHeader),
      seal: header(WorkerLink.sealHeader))
    // Nothing is read before it is known whose it is.
    let line = try desk.admit(head)
    let body = try await request.body.collect(upTo: WorkerLink.longestEvents)
    return try Self.json(line.take(body.readableBytesView))
  }

  private func program(_ key: String) throws -> Response {
    guard let program = desk.program(for: key) else { return Response(status: .notFound) }
    let body = ResponseBody(contentLength: Int(program.size)) { writer in
      var offset: Int64 = 0
      while let bytes = try program.read(at: offset) {
        offset += Int64(bytes.count)
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "application/octet-stream"], body: body)
  }

  private static func status(_ refusal: WorkerRefusal) -> HTTPResponse.Status {
    switch refusal.code {
    case RemoteFindings.tooMany.code.rawValue: .tooManyRequests
    case RemoteFindings.refused.code.rawValue: .badRequest
    case RemoteFindings.tokenExpired.code.rawValue: .unauthorized
    case RemoteFindings.unknownTicket.code.rawValue: .gone
    default: .conflict
    }
  }

  private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(data: try JSONEncoder().encode(value))))
  }
}
