import Foundation
import ProofbackTestSupport
import Testing
import Yams

/// One scenario: a recipe that makes a backup, a command line, and the verdict that it deserves. README.md has the words.
struct Scenario: Sendable, Decodable, CustomTestStringConvertible {
  enum Expected: String, Sendable, Decodable {
    case passed, failed, inconclusive
    /// The command line is wrong: exit code 64 and no report.
    case usage

    var exitCode: Int32 {
      switch self {
      case .passed: 0
      case .failed: 1
      case .inconclusive: 2
      case .usage: 64
      }
    }
  }
  enum Format: String, Sendable, Decodable { case text, json, junit }

  var says: String
  var recipe: String?
  /// What follows `proofback run`; `$NAME` stands for the bench's path of that name.
  var run: [String]
  var verdict: Expected
  var cause: String?
  /// Codes that must be in the report, with their status.
  var findings: [String: String]?
  /// What must be in the output, and what must be nowhere.
  var shows: [String]?
  var not: [String]?
  var format: Format?
  /// Whether the recipe needs an SSH server.
  var ssh: Bool?
  /// Instead of the shared state folder.
  var state: String?
  /// Shell that runs beside the run, and shell that must succeed after it.
  var meanwhile: String?
  var after: String?
  /// Run as a service user without privileges.
  var plain: Bool?
  /// Seconds that the run may take, on a busy machine.
  var within: Double?
  /// Takes half a minute and more: `make test-all` carries it out, `make test` does not.
  var long: Bool?

  /// From the file's name: `07_bzip2`.
  var name = ""
  var number: String { String(name.prefix { $0.isNumber }) }
  var testDescription: String { "\(name): \(says)" }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case says, recipe, run, verdict, cause, findings, shows, not, format, ssh, state, meanwhile, after, plain, within,
      long
  }
}

extension Scenario {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path

  static var files: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/Scenarios")) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  /// All that can be read; the lint test says what cannot. `PROOFBACK_SCENARIOS=07,12` picks some.
  static let all: [Scenario] = {
    let picked = ProcessInfo.processInfo.environment["PROOFBACK_SCENARIOS"]?.split(separator: ",").map(String.init)
    return files.compactMap { try? read($0) }.filter { picked?.contains($0.number) ?? true }
  }()

  /// Those of `make test`, none of them long: what attacks, and of each family of causes (`dump`, `baseline`, `s3` …) whoever is
  /// the first to end with one of the first six, and with each third of the others. All of them are `make test-all`'s, and those
  /// that were picked by number are always carried out.
  static let daily: [Scenario] = {
    let isAll = TestAll.isOn || ProcessInfo.processInfo.environment["PROOFBACK_SCENARIOS"] != nil
    if isAll { return all }
    var causes: Set<String> = []
    var members: [Substring: Int] = [:]
    return all.filter { $0.long != true }.sorted { (Int($0.number) ?? 0) < (Int($1.number) ?? 0) }.filter { scenario in
      // What attacks is always tried.
      let attacks = (70...89).contains(Int(scenario.number) ?? 0)
      guard let cause = scenario.cause, causes.insert(cause).inserted else { return attacks }
      let place = members[cause.prefix { $0 != "." }, default: 0]
      members[cause.prefix { $0 != "." }] = place + 1
      return attacks || place < 6 || place.isMultiple(of: 3)
    }
  }()

  static func read(_ file: String) throws -> Scenario {
    let text = try String(contentsOfFile: "\(folder)/Scenarios/\(file)", encoding: .utf8)
    var scenario = try YAMLDecoder().decode(Scenario.self, from: text)
    scenario.name = String(file.dropLast(".yaml".count))
    return scenario
  }

  /// Keys in the file that no scenario has.
  static func unknownKeys(_ file: String) throws -> [String] {
    let text = try String(contentsOfFile: "\(folder)/Scenarios/\(file)", encoding: .utf8)
    let known = Set(CodingKeys.allCases.map(\.rawValue))
    let keys = (try Yams.load(yaml: text) as? [String: Any])?.keys.sorted() ?? []
    return keys.filter { !known.contains($0) }
  }
}
