import ProofbackCore

/// What an image has, asked of its own shell.
protocol ImageSystem: SandboxSystem {
  /// What a script says, line by line; nothing when it fails.
  func lines(_ script: String, _ arguments: [String]) async -> [String]
}

extension ImageSystem {
  func existing(_ paths: [String]) async -> [String] {
    guard !paths.isEmpty else { return [] }
    let found = Set(await lines(#"for path; do [ -e "$path" ] && echo "$path"; done; :"#, paths))
    return paths.filter(found.contains)
  }

  func names(in folder: String) async -> [String] { await lines(#"ls -1A -- "$1""#, [folder]).sorted() }
}
