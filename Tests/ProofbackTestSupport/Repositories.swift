public import Foundation
public import ProofbackCore
import ProofbackSystem

/// A repository that restic or borg itself made, in a folder of a test's own.
public struct TestRepository: Sendable {
  public enum Program: String, Sendable, CaseIterable { case restic, borg }
  public static let password = "kept!Password of2the3Tests"

  public let program: Program
  /// What restic calls it.
  public let address: String
  private let home: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - folder: where programs keep what they keep for themselves, and the repository unless `address` says another place.
  public static func make(
    _ program: Program, in folder: TemporaryFolder, address: String? = nil, environment: [String: String] = [:]
  ) async throws -> TestRepository {
    let repository = TestRepository(program, folder, address, environment)
    switch program {
    case .restic: try await repository.run(["init"])
    case .borg: try await repository.run(["init", "--encryption", "repokey", repository.address])
    }
    return repository
  }

  private init(
    _ program: Program, _ folder: TemporaryFolder, _ address: String?, _ environment: [String: String]
  ) {
    self.program = program
    self.address = address ?? folder.path + "/repository"
    home = folder.path + "/home"
    self.environment = environment
  }

  /// A snapshot, or archive, of paths of this machine.
  public func backUp(_ paths: [String], name: String = "night-\(UUID().uuidString.prefix(8))", more: [String] = [])
    async throws
  {
    switch program {
    case .restic: try await run(["backup"] + more + paths)
    case .borg: try await run(["create"] + more + ["\(address)::\(name)"] + paths)
    }
  }

  @discardableResult
  public func run(_ arguments: [String], mayFail: Bool = false) async throws -> String {
    let command = self.command(arguments)
    let outcome = try await command.capture(within: 120, ownSession: true)
    guard outcome.end.isSuccess || mayFail else {
      throw S3Server.Failure(text: "\(command.arguments): \(outcome.errorText)")
    }
    return outcome.text
  }

  public func command(_ arguments: [String]) -> Command {
    let variables = [
      "HOME": home, "RESTIC_PASSWORD": Self.password, "BORG_PASSPHRASE": Self.password, "TZ": "UTC",
      "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
    ]
    let environment = Command.plainEnvironment.merging(variables) { $1 }.merging(self.environment) { $1 }
    switch program {
    case .restic:
      let authority = environment["RESTIC_CACERT"].map { ["--cacert", $0] } ?? []
      return Command(
        "/usr/bin/restic", ["-r", address, "--no-cache", "-q"] + authority + arguments, environment: environment)
    case .borg: return Command("/usr/bin/borg", arguments, environment: environment)
    }
  }

  public static func secrets(_ password: String? = password) -> RunSecrets {
    var secrets = RunSecrets()
    secrets.repositoryPassword = password.map {
      NamedSecret(name: "repository.password", content: Data("\($0)\n".utf8))
    }
    return secrets
  }

  /// Removes data: of borg the older half of its segments, of which the newest say what is where; of restic all.
  public func loseData() throws {
    let data = address + "/data"
    let files = (FileManager.default.subpaths(atPath: data) ?? []).map { data + "/" + $0 }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    for file in program == .borg ? files.prefix(files.count / 2) : files[...] {
      try FileManager.default.removeItem(atPath: file)
    }
  }

  /// Flips a byte in the middle of the largest file that holds data.
  public func flipAByte() throws {
    let data = address + "/data"
    let files = (FileManager.default.subpaths(atPath: data) ?? []).map { data + "/" + $0 }
    func size(_ path: String) -> Int {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.type] as? FileAttributeType == .typeRegular ? attributes?[.size] as? Int ?? 0 : 0
    }
    guard let largest = files.max(by: { size($0) < size($1) }) else { throw S3Server.Failure(text: "no data") }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: largest)
    var content = try Data(contentsOf: URL(filePath: largest))
    content[content.count / 2] ^= 0x40
    try content.write(to: URL(filePath: largest))
  }
}
