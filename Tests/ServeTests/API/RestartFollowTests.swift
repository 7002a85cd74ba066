import Foundation
import Glibc
import Testing

/// `--wait` over a restart of the server, against a stand-in that answers as one does whose run was interrupted.
@Suite struct RestartFollowTests {
  /// One run that was interrupted, and the one that tries it again.
  private static let program = """
    import http.server, json
    RUNS = {
        "first": {"id": "first", "state": "ended", "verdict": "inconclusive", "again": "second"},
        "second": {"id": "second", "state": "ended", "verdict": "failed", "repeats": "first", "title": "shop"},
    }
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def do_GET(self):
            run = RUNS.get(self.path.removeprefix("/api/v1/runs/"))
            self.answer(200 if run else 404, run or {"detail": "there is nothing at this address"})
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(201, {"id": "first", "state": "waiting"})
        def log_message(self, *_):
            pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  @Test func `a run that a restart interrupted is followed to the one that tries it again`() async throws {
    let folder = NSTemporaryDirectory() + "proofback-follow-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    server.arguments = ["-c", Self.program]
    let output = Pipe()
    server.standardOutput = output
    try server.run()
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let config = folder + "/client.json"
    try Data("{\"server\": \"http://127.0.0.1:\(port)\", \"token\": \"t\"}".utf8).write(
      to: URL(fileURLWithPath: config))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: config)
    let ended = try await ClientProgram.run(["runs", "start", "/x", "--wait"], config: config)
    #expect(ended.status == 1, "\(ended.errors)")
    #expect(ended.errors.contains("run second tries it again") && ended.output.contains("shop"))
    let junit = try await ClientProgram.run(["runs", "show", "second", "--format", "junit"], config: config)
    #expect(junit.output.isEmpty && junit.errors.contains("there is no report"))
  }
}
