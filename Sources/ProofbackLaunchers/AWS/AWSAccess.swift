import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem

/// How the AWS command line is called for a workplace. It logs in in every way that it knows by itself: role, profile,
/// environment, single sign-on.
struct AWSAccess: Sendable, Hashable {
  /// Of the command line's configuration; nil: the usual one.
  var profile: String?
  /// Of another cloud, or of a test; nil: AWS's own.
  var endpoint: String?

  static let options = [
    KindOption(
      "profile", "Profile", hint: "Of the AWS command line. Empty: the server's own role or login.", longest: 100),
    KindOption(
      "endpoint", "Endpoint", hint: "https://ec2.internal.example.org, for what is not AWS itself. Empty: AWS.",
      longest: 500),
  ]

  init(_ options: [String: String]) throws {
    profile = options["profile"]
    endpoint = options["endpoint"]
    if let profile, profile.wholeMatch(of: /[A-Za-z0-9_@.+][A-Za-z0-9_@.+ -]*/) == nil {
      throw OptionProblem("profile", "it is no profile's name")
    }
    guard let endpoint else { return }
    do { _ = try WebAddress(endpoint) } catch {
      throw OptionProblem("endpoint", error.fact, hint: "for example https://ec2.internal.example.org")
    }
  }

  /// The service in a region. What it is asked is in a file that only this user can read; the answer is read strictly.
  /// - Parameters:
  ///   - login: a key to ask with instead of the server's login.
  ///   - isSafeTwice: whether it may be asked again when AWS may have carried it out although it says that it has trouble.
  func ask<Answer: Decodable & Sendable>(
    _ service: String, _ operation: String, _ request: some Encodable, in region: String, as: Answer.Type = Answer.self,
    login: CloudKey? = nil, isSafeTwice: Bool = true,
    pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
  ) async throws -> Answer {
    guard let tool = Programs.find("aws") else {
      throw RunTrouble(AWSFindings.noTool, "aws is not installed")
    }
    let folder = try PrivateFolder()
    defer { folder.remove() }
    let file = try folder.write("request.json", JSONEncoder.aws.encode(request))
    var arguments = [
      service, operation, "--cli-input-json", "file://\(file)", "--region", region, "--output", "json",
      "--no-cli-pager", "--color", "off",
    ]
    if let profile { arguments += ["--profile", profile] }
    if let endpoint { arguments += ["--endpoint-url", endpoint] }
    let command = Command(tool, arguments, environment: login.map(Self.environment(with:)) ?? Self.environment)
    var waits = Self.waits[...]
    while true {
      do {
        return try await Self.answer(command, "\(service) \(operation)", region)
      } catch let error as AWSError where (isSafeTwice ? error.mayPass : error.isThrottling) && !waits.isEmpty {
        // Those that were refused together must not come back together.
        try await pause(waits.removeFirst() * Double.random(in: 0.5...1.5))
      }
    }
  }

  /// Seconds between attempts while AWS says that requests come too fast, or has trouble of its own.
  static let waits: [Double] = [1, 2, 4, 8, 16]

  private static func answer<Answer: Decodable & Sendable>(
    _ command: Command, _ operation: String, _ region: String
  ) async throws -> Answer {
    let outcome = try await command.capture(limit: 16 << 20, within: 120, ownSession: true)
    guard outcome.end.isSuccess else {
      var exit: Int32 = 255
      if case .exited(let code) = outcome.end { exit = code }
      throw AWSError(operation: operation, region: region, errorText: outcome.errorText, exit: exit)
    }
    // Operations that say nothing print nothing.
    let bytes = outcome.output.allSatisfy { $0 <= 32 } ? Array("{}".utf8) : outcome.output
    do { return try JSONDecoder.aws.decode(Answer.self, from: Data(bytes)) } catch {
      throw RunTrouble(
        AWSFindings.oddAnswer, "the answer to \(operation) in \(region) is not what AWS documents",
        evidence: operation.hasPrefix("sts ") ? [] : [UntrustedText.line("\(error)", limit: 300)])
    }
  }

  /// What the command line needs to find its login, and nothing else of the server's.
  private static var environment: [String: String] {
    var environment = Command.plainEnvironment
    for (name, value) in ProcessInfo.processInfo.environment
    where name.hasPrefix("AWS_") || ["HOME", "HTTPS_PROXY", "NO_PROXY", "https_proxy", "no_proxy"].contains(name) {
      environment[name] = value
    }
    // What is worth another attempt is decided here.
    environment["AWS_MAX_ATTEMPTS"] = "1"
    return environment
  }

  /// This key, and no other login that the server has.
  private static func environment(with login: CloudKey) -> [String: String] {
    let kept = [
      "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_STS", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT",
      "AWS_MAX_ATTEMPTS",
    ]
    var environment = environment.filter { !$0.key.hasPrefix("AWS_") || kept.contains($0.key) }
    for file in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] { environment[file] = "/dev/null" }
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
    environment["AWS_ACCESS_KEY_ID"] = login.id
    environment["AWS_SECRET_ACCESS_KEY"] = login.secret
    environment["AWS_SESSION_TOKEN"] = login.token
    return environment
  }
}

extension JSONEncoder {
  fileprivate static var aws: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension JSONDecoder {
  fileprivate static var aws: JSONDecoder { JSONDecoder() }
}

/// A folder of mode 0700 for what must stand in no argument.
private struct PrivateFolder {
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "proofback-aws-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno() }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func write(_ name: String, _ content: Data) throws -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Errno() }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: content)
    try handle.close()
    return file
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  private struct Errno: Error, CustomStringConvertible {
    let number = errno
    var description: String { String(cString: strerror(number)) }
  }
}
