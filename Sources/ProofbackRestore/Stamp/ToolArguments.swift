import ProofbackCore
import ProofbackSystem

/// What may be said of a tool's command line: names of options and of what is dumped, neither secrets nor conditions.
public enum ToolArguments {
  private static let secret = ["pass", "secret", "token", "key", "credential", "uri", "url", "auth"]
  private static let conditions: Set<String> = [
    "--where", "-w", "-p", "--query", "-q", "-e", "-c", "--command", "--execute", "-lc",
  ]

  /// Whatever may be more than a name becomes its length.
  public static func shown(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var hidesNext = false
    for argument in arguments {
      let name = String(argument.prefix { $0 != "=" })
      // `-pPASSWORD` of MySQL's tools, `-wCONDITION`.
      let isShort = ["-p", "-w"].contains(argument.prefix(2)) && argument.count > 2
      let hides =
        conditions.contains(name)
        || (argument.hasPrefix("--") && secret.contains { name.lowercased().contains($0) })
      if hidesNext {
        result.append(hidden(argument))
      } else if isShort {
        result.append("\(argument.prefix(2))\(hidden(argument.dropFirst(2)))")
      } else if hides {
        result.append(name == argument ? name : "\(name)=\(hidden(argument.dropFirst(name.count + 1)))")
      } else {
        result.append(argument.wholeMatch(of: #/[\w.,/:+=*%-]{1,200}/#) == nil ? hidden(argument) : argument)
      }
      hidesNext = hides && !hidesNext && name == argument
    }
    return result
  }

  private static func hidden(_ text: some StringProtocol) -> String { "…(\(text.count))" }

  /// What the tool calls itself, where it is a dump tool: of anything else nobody knows what `--version` would start.
  public static func version(of executable: String) async -> String? {
    let name = String(executable.split(separator: "/").last ?? "")
    guard ToolText.isTool(name) || EngineCatalogue.proofSources.contains(where: { $0.tools.contains(name) }) else {
      return nil
    }
    let answer = try? await Command(executable, ["--version"]).capture(limit: 4096, within: 10)
    return answer?.text.split(whereSeparator: \.isNewline).first.map { UntrustedText.line($0, limit: 120) }
  }
}
