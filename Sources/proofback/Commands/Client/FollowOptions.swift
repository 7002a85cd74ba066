import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

/// What becomes of a run that was asked for.
struct FollowOptions: ParsableArguments {
  @Flag(help: "Wait for its end, show its report, and exit as proofback run does.") var wait = false
  @OptionGroup var output: RunOutput

  func validate() throws {
    guard wait || output.format != .junit else {
      throw ValidationError("--format junit needs --wait: it is the report's")
    }
  }

  func follow(_ run: JSON, _ connection: Connection) async throws {
    guard wait else {
      return output.format == .json
        ? print(try JSONText.render(run)) : print(UntrustedText.line(run["id"]?.text ?? ""))
    }
    let ended = try await lastEnd(of: run, connection)
    try await output.show(ended, connection)
    let verdict = (ended["verdict"]?.text).flatMap(Verdict.init) ?? .inconclusive
    throw ArgumentParser.ExitCode(ProofbackCore.ExitCode(verdict).rawValue)
  }

  /// What a restart of the server interrupts says nothing of the backup: the run that tries it again does.
  private func lastEnd(of run: JSON, _ connection: Connection) async throws -> JSON {
    var ended = try await end(of: RunID(run["id"]?.text ?? ""), connection)
    while let again = ended["again"]?.text {
      let next = try RunID(again)
      StandardError.write("the server was restarted meanwhile: run \(next.text) tries it again\n")
      ended = try await end(of: next, connection)
    }
    return ended
  }

  /// Looks once a second; a server that restarts meanwhile is waited for.
  private func end(of id: RunID, _ connection: Connection) async throws -> JSON {
    var failures = 0
    var shown = ""
    while true {
      do {
        let run = try await connection.ask("GET", "/runs/\(id.text)")
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

/// How a run is shown.
struct RunOutput: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  @Option(help: "text, json or junit (what Jenkins reads).") var format: Format = .text

  /// Its report, or how it stands.
  func show(_ run: JSON, _ connection: Connection) async throws {
    let id = try RunID(run["id"]?.text ?? "")
    guard run["state"]?.text == "ended" else { return try standing(run, "it has not ended") }
    let report: Data
    do {
      report = try await connection.bytes("GET", "/runs/\(id.text)/report\(format == .junit ? ".xml" : "")")
    } catch is ClientError {
      return try standing(run, run["sentence"]?.text ?? "it ended without one")
    }
    switch format {
    // Made by the server, which has escaped what must be.
    case .junit: print(String(decoding: report, as: UTF8.self))
    case .json: print(try JSONText.render(try JSONDecoder().decode(JSON.self, from: report)))
    case .text:
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      let text = TextReport(width: Terminal.width(STDOUT_FILENO), paint: Terminal.paint(for: STDOUT_FILENO))
      print(text.render(try decoder.decode(RunReport.self, from: report)), terminator: "")
    }
  }

  /// One that has no report: JUnit has no words for it.
  private func standing(_ run: JSON, _ why: String) throws {
    switch format {
    case .junit: StandardError.write("there is no report: \(UntrustedText.line(why, limit: 300))\n")
    case .json: print(try JSONText.render(run))
    case .text: try OutputOptions.parse([]).show(run)
    }
  }
}
