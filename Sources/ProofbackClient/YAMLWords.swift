import ProofbackCore
import Yams

/// What is wrong with a YAML file, on one line.
enum YAMLWords {
  static func text(_ error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return "line \(mark.line): \(UntrustedText.line(problem))"
    case .reader(let problem, _, _, _): return UntrustedText.line(problem)
    case .duplicatedKeysInMapping(let names, let context):
      let shown = names.map { UntrustedText.line($0, limit: 60) }.joined(separator: ", ")
      return "line \(context.mark.line): \(shown) stands there twice"
    default: return UntrustedText.line("\(error)".prefix { !$0.isNewline }, limit: 300)
    }
  }
}
