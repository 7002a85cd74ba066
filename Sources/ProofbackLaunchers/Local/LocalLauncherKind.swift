import ProofbackCore

/// This machine under another name, with a number of runs of its own: for what must not take part of the usual ones.
struct LocalLauncherKind: LauncherKind {
  let name = "local"
  let title = "this machine"
  let options: [KindOption] = []
  let isHere = true

  func describe(_ options: [String: String]) -> String { "this machine" }

  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher { LocalLauncher() }
}
