import Foundation
import Glibc
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// One scenario carried out: recipe, run, and all that must hold afterwards.
struct ScenarioRun {
  let scenario: Scenario
  let bench: ScenarioBench
  let folder: String
  /// What the command line has besides the scenario's own.
  let more: [String]

  init(_ scenario: Scenario, _ bench: ScenarioBench, more: [String] = []) throws {
    self.scenario = scenario
    self.bench = bench
    self.more = more
    // The same one may be carried out in a container meanwhile.
    folder = "\(bench.path)/work/\(scenario.number)\(more.isEmpty ? "" : "-container")"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private var reference: String { folder + ".begun" }

  func carryOut() async throws {
    if let recipe = scenario.recipe { try await shell(recipe, "recipe") }
    // What a run leaves is newer than this.
    try Data().write(to: URL(fileURLWithPath: reference))
    let outcome = try await run()
    check(outcome)
    for trace in ScenarioTraces(bench: bench, state: state).left(by: outcome.runID) {
      Issue.record("left behind: \(trace)")
    }
    try await checkNothingLeaked(outcome)
    if let after = scenario.after { try await shell(after, "after") }
    try FileManager.default.removeItem(atPath: folder)
  }

  private func shell(_ script: String, _ what: String) async throws {
    let outcome = try await bench.shell(script, folder: folder, id: scenario.number)
    if outcome.end.isSuccess { return }
    throw ScenarioBench.Failure(text: "\(what) of \(scenario.name): \(outcome.end) \(outcome.text)\(outcome.errorText)")
  }

  // MARK: The run

  private var environment: [String: String] { bench.environment(folder: folder, id: scenario.number) }
  private var state: String {
    scenario.state.map(expanded) ?? (scenario.plain == true ? folder + "/state" : bench.path + "/state")
  }

  /// `$NAME` for the names that the bench knows; everything else stays as it stands.
  private func expanded(_ text: String) -> String {
    text.replacing(/\$([A-Z]+)/) { match in environment[String(match.output.1)] ?? String(match.output.0) }
  }

  private func run() async throws -> ScenarioOutcome {
    let format = scenario.format ?? .json
    let arguments =
      scenario.run.map(expanded) + more + (scenario.run.contains("--format") ? [] : ["--format", format.rawValue])
    var variables = Command.plainEnvironment
    variables["HOME"] = folder
    variables["PROOFBACK_STATE"] = state
    variables["DOCKER_HOST"] = ProcessInfo.processInfo.environment["DOCKER_HOST"]
    // Through a shell, for the folder: relative paths are part of what is tested.
    let inFolder = ["-c", "cd \"$HOME\" && exec \"$0\" run \"$@\"", try await program()] + arguments
    let command = Command("/bin/sh", inFolder, environment: variables).wrapped(by: dropping(variables))
    let meanwhile = scenario.meanwhile.map { script in Task { try await shell(script, "meanwhile") } }
    let began = ContinuousClock.now
    let limit = scenario.within ?? 60
    let captured = try await command.capture(limit: 8 << 20, within: limit + 30)
    let took = began.duration(to: .now) / .seconds(1)
    try await meanwhile?.value
    #expect(took < limit, "took \(took) s")
    return ScenarioOutcome(captured, seconds: took, format: format, expectsReport: scenario.verdict != .usage)
  }

  /// A service user may not enter the folder that the program was built in.
  private func program() async throws -> String {
    guard scenario.plain == true else { return BuiltProgram.proofback }
    let copy = "cp \(BuiltProgram.proofback) proofback && chown -R \(Self.plainUser):\(Self.plainUser) ."
    try await shell(geteuid() == 0 ? copy : "true", "copy")
    return geteuid() == 0 ? folder + "/proofback" : BuiltProgram.proofback
  }

  private func dropping(_ environment: [String: String]) -> Command {
    let drop = ["--reuid", Self.plainUser, "--regid", Self.plainUser, "--clear-groups"]
    return Command(
      "/usr/bin/setpriv", (scenario.plain == true && geteuid() == 0 ? drop : []) + ["--"], environment: environment)
  }

  private static let plainUser = "61235"

  // MARK: What must hold

  private func check(_ outcome: ScenarioOutcome) {
    let said = Comment(rawValue: "\(scenario.name)\n\(outcome.output.prefix(6000))\n\(outcome.errors.prefix(2000))")
    #expect(outcome.exitCode == scenario.verdict.exitCode, said)
    #expect(outcome.malformed == nil, said)
    #expect(outcome.cause == scenario.cause, said)
    let found = Set((outcome.report?.findings ?? []).map { "\($0.code): \($0.status.rawValue)" })
    for (code, status) in scenario.findings ?? [:] { #expect(found.contains("\(code): \(status)"), said) }
    let text = outcome.output + outcome.errors
    for words in scenario.shows ?? [] { #expect(text.contains(words), said) }
    for word in ["  ", "TODO", "Optional("] {
      for finding in outcome.report?.findings ?? [] { #expect(!finding.message.contains(word), said) }
    }
    #expect(!text.contains { $0.isNewline == false && ($0.asciiValue ?? 32) < 32 }, "control characters")
  }

  /// Planted values are in no output, no state and no temporary file.
  private func checkNothingLeaked(_ outcome: ScenarioOutcome) async throws {
    let text = outcome.output + outcome.errors
    // In every dump of the observatory.
    #expect(!text.contains("base-planted"), "a row's value was shown")
    guard let values = scenario.not else { return }
    for value in values { #expect(!text.contains(value), "shown: \(value)") }
    let planted = values.filter { $0.contains("planted") }
    guard !planted.isEmpty else { return }
    let leak = "/tmp/proofback-scenario-leak-\(scenario.number)"
    try planted[0].write(toFile: leak, atomically: true, encoding: .utf8)
    let files = try await filesHolding(planted)
    try FileManager.default.removeItem(atPath: leak)
    #expect(files.contains(leak), "the search itself finds nothing")
    #expect(files.filter { $0 != leak } == [], "planted values lie in files")
  }

  /// Files of this machine's changing folders that were written since the run began and hold one of `values`. Running
  /// scenarios' own sandboxes hold other values; what this run left would be outside of its folder.
  private func filesHolding(_ values: [String]) async throws -> [String] {
    try values.joined(separator: "\n").write(toFile: folder + "/planted", atomically: true, encoding: .utf8)
    let search = """
      { find "$STATE" /tmp /var/tmp /dev/shm -xdev -type f -newer "\(reference)" -size -64M \
        -not -path "$STATE/runs/*" -not -path "$BENCH/work/*" -not -path "$BENCH/server/*" -not -path "$PGSOCKETS/*" -not -path "$BENCH/pg/*" -not -path "$BENCH/keys/*" \\
        \\( -not -path '/tmp/proofback-scenario-leak-*' -o -path '/tmp/proofback-scenario-leak-\(scenario.number)' \\) \\
        -not -path '/tmp/proofback-decoding-*' -not -path '/tmp/proofback-layer-keys-*' -print0 2>/dev/null || true; } \
      | xargs -0r grep -slF -f planted || true
      """
    let found = try await bench.shell(search, folder: folder, id: scenario.number).text
    return Set(found.split(separator: "\n").map(String.init)).sorted()
  }
}
