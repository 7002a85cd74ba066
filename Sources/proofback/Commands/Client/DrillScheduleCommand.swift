import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

/// A drill on a server, followed to its end.
struct DrillScheduleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill",
    abstract: "Damage the latest backup of one in many ways, and see which of them its checks would notice.",
    discussion: """
      The server carries it out, beside the runs, and this waits for its end; interrupted, the drill goes on. Where one goes on
      already, that one is waited for.

      Exit codes: 0 the drill was carried out, 1 the undamaged backup is bad, 2 it could not be tested or was cancelled.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument var name: String
  @Flag(help: "Show the last one instead of asking for another.") var last = false
  @Flag(help: "Cancel the one that waits or goes on.") var cancel = false
  @Option(help: "text or json.") var format: Format = .text

  func validate() throws {
    if last, cancel { throw ValidationError("--last and --cancel can't both be given") }
  }

  func run() async throws {
    try await ClientSession.run { connection in
      let schedule = "/schedules/\(try await SchedulesCommand.find(name, connection))/drills"
      let newest = try await connection.ask("GET", schedule + "?limit=1")["items"]?.items.first.map(Answer.init)
      let isGoingOn = newest.map { $0.state.goesOn } ?? false
      if cancel { return try await end(newest, isGoingOn: isGoingOn, connection) }
      if last {
        guard let newest else { throw ClientError("it was never drilled", hint: "leave --last out") }
        return try show(newest)
      }
      let drill = try isGoingOn ? newest : await Answer(connection.ask("POST", schedule))
      if let drill { try show(try await ended(drill, connection)) }
    }
  }

  /// What a server says of a drill.
  private struct Answer {
    var id: String
    var state: DrillState
    var json: JSON

    init(_ json: JSON) throws {
      guard let id = json["id"]?.text, let state = json["state"].flatMap({ DrillState(rawValue: $0.text) }) else {
        throw ClientError("the server answers with something else than a drill", hint: "is it of another version?")
      }
      (self.id, self.state, self.json) = (try RunID(id).text, state, json)
    }

    var results: [DrillResult] {
      get throws {
        let list = JSON.list(json["results"]?.items ?? [])
        return try JSONDecoder().decode([DrillResult].self, from: try JSONEncoder().encode(list))
      }
    }

    /// `5 of 27: only half of it arrived`
    var progress: String {
      if state == .waiting { return "waits for its turn" }
      if let reason = json["waitsFor"]?.text { return "waits \(reason)" }
      guard let all = json["damages"]?.text, all != "0" else { return DrillCase.control.what }
      let now = json["results"]?.items.first { $0["outcome"] == nil }?["damage"]?.text ?? ""
      return "\((Int(json["tried"]?.text ?? "") ?? 0) + 1) of \(all): \(now)"
    }
  }

  private func end(_ drill: Answer?, isGoingOn: Bool, _ connection: Connection) async throws {
    guard let drill, isGoingOn else { throw ClientError("it is not being drilled", hint: "nothing was cancelled") }
    _ = try await connection.ask("POST", "/drills/\(drill.id)/cancel")
  }

  /// Looks once a second; a server that restarts meanwhile is waited for.
  private func ended(_ drill: Answer, _ connection: Connection) async throws -> Answer {
    let progress = DrillProgress(isLive: Terminal.isLive(STDERR_FILENO))
    defer { progress.clear() }
    var (drill, failures) = (drill, 0)
    while drill.state.goesOn {
      progress.say(UntrustedText.line(drill.progress))
      try await Task.sleep(for: .seconds(1))
      do {
        drill = try Answer(await connection.ask("GET", "/drills/\(drill.id)"))
        failures = 0
      } catch let error as ClientError {
        failures += 1
        if failures > 30 { throw error }
      }
    }
    return drill
  }

  private func show(_ drill: Answer) throws {
    let (results, report) = (try drill.results, DrillReport(try drill.results))
    print(format == .json ? try report.json() : results.isEmpty ? "" : report.text(), terminator: "")
    if let reason = drill.json["stopped"]?.text {
      StandardError.write("the drill was stopped: \(UntrustedText.line(reason, limit: 600))\n")
      let isBad = drill.json["verdict"]?.text == Verdict.failed.rawValue
      throw ArgumentParser.ExitCode((isBad ? ProofbackCore.ExitCode.failed : .inconclusive).rawValue)
    }
    switch drill.state {
    case .ended: break
    case .waiting, .running: StandardError.write("it has not ended: \(UntrustedText.line(drill.progress))\n")
    case .cancelled:
      StandardError.write("the drill was cancelled\n")
      throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.inconclusive.rawValue)
    }
  }
}
