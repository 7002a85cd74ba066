import ProofbackCore

/// Flags that engines bring along: their option schemas become `--NAME VALUE`, which stands for
/// `--engine-option NAME=VALUE`.
enum EngineFlags {
  static var schemas: [OptionSchema] { Composition.plugins.engines.flatMap(\.options) }

  static func rewritten(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return result + [argument] + rest }
      guard let schema = schemas.first(where: { argument == "--\($0.name)" || argument.hasPrefix("--\($0.name)=") })
      else {
        result.append(argument)
        continue
      }
      if let equals = argument.firstIndex(of: "=") {
        result += ["--engine-option", "\(schema.name)=\(argument[argument.index(after: equals)...])"]
      } else if let value = rest.popFirst() {
        result += ["--engine-option", "\(schema.name)=\(value)"]
      } else {
        result.append(argument)
      }
    }
    return result
  }

  /// The flags, for `--help`.
  static var help: String {
    schemas.map { "  --\($0.name) NAME\n      \($0.summary)\n      (default: \($0.defaultText))" }.joined(
      separator: "\n")
  }
}
