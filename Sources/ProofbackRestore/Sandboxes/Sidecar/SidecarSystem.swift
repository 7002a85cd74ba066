import ProofbackCore
import ProofbackSystem

/// What the DBMS's image has, asked by its own shell.
struct SidecarSystem: ImageSystem {
  let neighbour: Neighbour
  let image: String

  /// Nothing is prepared in a task for another one.
  var identity: String { "task" }
  var place: String { "in the image \(image)" }

  func find(_ program: String) async -> String? {
    let paths = Programs.folders.map { "\($0)/\(program)" }
    return await lines(#"for path; do [ -x "$path" ] && { echo "$path"; break; }; done; :"#, paths).first
  }

  func contents(of path: String) async -> [UInt8]? {
    guard let outcome = await neighbour.run(#"cat -- "$1""#, [path], limit: 16 << 20), outcome.end.isSuccess else {
      return nil
    }
    return outcome.output
  }

  func output(of executable: String, _ arguments: [String], limit: Int) async -> [UInt8]? {
    let outcome = await neighbour.run(#"exec 4>&-; exec "$@""#, [executable] + arguments, limit: limit)
    guard let outcome, outcome.end.isSuccess else { return nil }
    return outcome.output
  }

  func lines(_ script: String, _ arguments: [String]) async -> [String] {
    guard let outcome = await neighbour.run(script, arguments), outcome.end.isSuccess else { return [] }
    return outcome.text.split(separator: "\n").map(String.init)
  }
}
