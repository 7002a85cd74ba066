import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

/// What becomes of a run that was asked for.
struct FollowOptions: ParsableArguments {
  /// How a run is shown.
  struct Output: ParsableArguments {
    @Option(help: "text or json.") var format: OutputOptions.Format = .text

    /// Its report, or how it stands.
    func show(_ run: JSON, _ connection: Connection) async throws {
      guard run["state"]?.text == "ended", let report = try? await report(run, connection) else {
        let output = try OutputOptions.parse(["--format", format.rawValue])
        return try output.show(run)
      }
      if format == .json { return print(try JSONText.render(try JSONDecoder().decode(JSON.self, from: report))) }
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      let text = TextReport(width: Terminal.width(STDOUT_FILENO), paint: Terminal.paint(for: STDOUT_FILENO))
      print(text.render(try decoder.decode(RunReport.self, from: report)), terminator: "")
    }

    private func report(_ run: JSON, _ connection: Connection) async throws -> Data {
      try await connection.bytes("GET", "/runs/\(run["id"]?.text ?? "")/report")
    }
  }

  @Flag(help: "Wait for its end, show its report, and exit as proofback run does.") var wait = false
  @OptionGroup var output: Output

  func follow(_ run: JSON, _ connection: Connection) async throws {
    let id = run["id"]?.text ?? ""
    guard wait else {
      return output.format == .json ? print(try JSONText.render(run)) : print(UntrustedText.line(id))
    }
    let ended = try await end(of: id, connection)
    try await output.show(ended, connection)
    let verdict = (ended["verdict"]?.text).flatMap(Verdict.init) ?? .inconclusive
    throw ArgumentParser.ExitCode(ProofbackCore.ExitCode(verdict).rawValue)
  }

  /// Looks once a second; a server that restarts meanwhile is waited for.
  private func end(of id: String, _ connection: Connection) async throws -> JSON {
    var failures = 0
    var shown = ""
    while true {
      do {
        let run = try await connection.ask("GET", "/runs/\(id)")
        failures = 0
        if run["state"]?.text == "ended" { return run }
        let now = run["position"]?["stage"]?.text ?? run["waitsFor"].map { "waits \($0.text)" } ?? ""
        if now != shown, !now.isEmpty { StandardError.write(UntrustedText.line(now, limit: 100) + "\n") }
        shown = now
      } catch let error as ClientError {
        failures += 1
        if failures > 30 { throw error }
      }
      try await Task.sleep(for: .seconds(1))
    }
  }
}
