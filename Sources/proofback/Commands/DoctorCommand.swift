import ArgumentParser
import Foundation
import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import SystemPackage

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is installed, what is missing, and what crashed runs left behind.",
    discussion: """
      Examples:
        proofback doctor
        proofback doctor --clean

      Exit codes:
        0   everything works here
        1   something is missing
      """)

  @ArgumentParser.Flag(help: "Remove what crashed runs left behind.")
  var clean = false
  @Option(help: ArgumentHelp("Folder for templates and running tests.", valueName: "folder"))
  var stateFolder: String?

  func run() async throws {
    var isReady = true
    print("types")
    for engine in Composition.plugins.engines {
      for type in engine.types { isReady = show(type, engine.readiness(for: type)) && isReady }
    }
    print("\nsandboxes")
    // One of them will do.
    var works = false
    for kind in Composition.plugins.sandboxes where !kind.isBroughtByLauncher {
      works = show(kind.name, await kind.readiness()) || works
    }
    isReady = isReady && works
    print("\ntools")
    isReady = showTools() && isReady
    print("\nleftovers")
    await showLeftovers()
    if !isReady { throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.failed.rawValue) }
  }

  private func show(_ type: DatabaseType, _ readiness: EngineReadiness) -> Bool {
    if let server = readiness.server {
      row("●", type.rawValue, server)
      for note in readiness.notes { row("!", "", note) }
      return true
    }
    row("✕", type.rawValue, "missing: \(readiness.missing.joined(separator: ", "))")
    row(" ", "", "install it:")
    command(readiness.remedy)
    return false
  }

  private func show(_ name: String, _ readiness: SandboxReadiness) -> Bool {
    for obstacle in readiness.obstacles { row("!", name, obstacle) }
    if let remedy = readiness.remedy, !readiness.obstacles.isEmpty { row(" ", "", "do: \(remedy)") }
    if readiness.obstacles.isEmpty { row("●", name, "works here") }
    for limit in readiness.limits { row(" ", "", limit) }
    return readiness.obstacles.isEmpty
  }

  private func showTools() -> Bool {
    var missing: [String] = []
    for tool in ToolCatalogue.all {
      if let path = Programs.find(tool.program) {
        row("●", tool.program, "\(path), for \(tool.purpose)")
      } else if tool.isOptional {
        row("!", tool.program, "not here, for \(tool.purpose): apt-get install \(tool.package)")
      } else {
        row("✕", tool.program, "missing, for \(tool.purpose)")
        missing.append(tool.package)
      }
    }
    if !missing.isEmpty {
      row(" ", "", "install them:")
      command("apt-get install \(Set(missing).sorted().joined(separator: " "))")
    }
    return missing.isEmpty
  }

  private func showLeftovers() async {
    let folder = URL(fileURLWithPath: stateFolder ?? Composition.stateFolder).standardizedFileURL.path
    let leftovers = Leftovers(in: StateFolder(FilePath(folder)))
    let found = leftovers.list() + (await leftovers.containers())
    if found.isEmpty { return row("●", "none", "in \(folder)") }
    for leftover in found {
      row("!", leftover.kind.rawValue, leftover.reason)
      command(UntrustedText.line(leftover.path.string, limit: 1000))
    }
    guard clean else { return row(" ", "", "remove them: proofback doctor --clean") }
    let problems = await leftovers.remove()
    for problem in problems { row("✕", "", problem) }
    if problems.isEmpty { row("●", "removed", "\(found.count)") }
  }

  /// On a line of its own, not wrapped: it is there to be copied.
  private func command(_ text: String) { print("      \(text)") }

  private func row(_ mark: String, _ name: String, _ text: String) {
    let lines = TextReport(width: Terminal.width(STDOUT_FILENO)).wrapped(
      "  \(mark) \(name.padding(toLength: 12, withPad: " ", startingAt: 0)) \(UntrustedText.line(text, limit: 400))",
      indent: 17)
    print(lines.joined(separator: "\n"))
  }
}
