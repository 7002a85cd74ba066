import Foundation
import ProofbackCore
import ProofbackRestore

/// The composition root: which plug-ins there are, and where state lies.
enum Composition {
  static let version = "0.1.0"
  static let plugins = Plugins(engines: EngineCatalogue.all, sandboxes: SandboxCatalogue.kinds)
  /// What the server knows of the plug-ins.
  static let facilities = Facilities(
    types: plugins.engines.flatMap(\.types),
    read: { location, pattern in
      if let pattern { _ = try FilePattern(pattern) }
      return try SourceCatalogue.parse(location).reading
    },
    inspect: { secret, kind in KeyInspector.inspect(secret, kind) })
  static let internalError = RunFindings.internalError
  static let stateVariable = "PROOFBACK_STATE"

  /// The folder for templates and run folders, unless one is named.
  static var stateFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment[stateVariable], !named.isEmpty { return named }
    if geteuid() == 0 { return "/var/lib/proofback" }
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/proofback" }
    return (environment["HOME"] ?? "/tmp") + "/.local/state/proofback"
  }
}
