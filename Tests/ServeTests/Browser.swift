import Foundation
import FoundationNetworking

/// As much of a browser as forms need: a cookie, the form token of the last page, no redirects of its own accord.
final class Browser: @unchecked Sendable {
  struct Answer {
    var status: Int
    var text: String
    var headers: [String: String]
    var location: String? { headers["Location"] }
  }

  private let origin: String
  private let session: URLSession
  var cookie: String?
  private(set) var formToken = ""

  init(_ kit: ServeKit) {
    origin = kit.origin
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
  }

  private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
      _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
      newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
      completionHandler(nil)
    }
  }

  func get(_ path: String) async throws -> Answer { try await ask(path, "GET", nil, [:]) }

  /// Sends a form of the last page.
  func post(_ path: String, _ fields: [String: String], headers: [String: String] = [:]) async throws -> Answer {
    var fields = fields
    fields["formToken"] = fields["formToken"] ?? formToken
    let body = fields.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
    let headers = headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { old, _ in old }
    return try await ask(path, "POST", Data(body.utf8), headers)
  }

  /// Sends a form of the last page with a file (RFC 7578).
  func upload(_ path: String, _ fields: [String: String], file: (name: String, content: Data)) async throws -> Answer {
    let boundary = "----" + UUID().uuidString
    var body = Data()
    for (name, value) in fields.merging(["formToken": formToken], uniquingKeysWith: { old, _ in old }) {
      body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    let head = "Content-Disposition: form-data; name=\"\(file.name)\"; filename=\"key\"\r\n"
    body += Data("--\(boundary)\r\n\(head)Content-Type: application/octet-stream\r\n\r\n".utf8) + file.content
    body += Data("\r\n--\(boundary)--\r\n".utf8)
    return try await ask(path, "POST", body, ["Content-Type": "multipart/form-data; boundary=\(boundary)"])
  }

  private func ask(
    _ path: String, _ method: String, _ body: Data?, _ headers: [String: String]
  ) async throws -> Answer {
    var request = URLRequest(url: URL(string: origin + path)!, timeoutInterval: 60)
    request.httpMethod = method
    if let cookie { request.setValue(cookie, forHTTPHeaderField: "Cookie") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = body
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    let fields = response.allHeaderFields.reduce(into: [String: String]()) { $0["\($1.key)"] = "\($1.value)" }
    if let set = fields["Set-Cookie"] { cookie = String(set.prefix { $0 != ";" }) }
    let text = String(decoding: data, as: UTF8.self)
    if let match = text.firstMatch(of: /name="formToken" value="([^"]+)"/) { formToken = String(match.output.1) }
    return Answer(status: response.statusCode, text: text, headers: fields)
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}

extension Browser {
  static let password = "correct horse battery"

  /// The first manager, logged in.
  static func manager(_ kit: ServeKit, options: [String] = [], tied: Bool = false) async throws -> Browser {
    guard let setup = try await kit.start(options, tied: tied) else { throw URLError(.badServerResponse) }
    let browser = Browser(kit)
    _ = try await browser.post(
      "/setup", ["token": String(setup.split(separator: "=")[1]), "name": "Ada", "login": "ada", "password": password])
    _ = try await browser.get("/")
    return browser
  }

  /// Somebody whom the manager adds, logged in.
  static func user(_ kit: ServeKit, addedBy manager: Browser) async throws -> Browser {
    _ = try await manager.get("/people")
    _ = try await manager.post(
      "/people", ["name": "Ben", "login": "ben", "password": password, "role": "user"])
    let browser = Browser(kit)
    _ = try await browser.post("/login", ["login": "ben", "password": password])
    _ = try await browser.get("/")
    return browser
  }
}
