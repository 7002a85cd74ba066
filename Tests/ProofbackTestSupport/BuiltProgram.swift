import Foundation
import Glibc

/// The product, built beside the tests.
public enum BuiltProgram {
  /// `swift test` runs the bundle itself, or a helper that loads it by the path in its arguments.
  public static let proofback = path("proofback")

  /// A program of this package.
  public static func path(_ name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundles = ([own] + CommandLine.arguments).compactMap { path in
      path.range(of: ".xctest").map { String(path[..<$0.lowerBound]) }
    }
    let programs = bundles.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/\(name)" }
    return programs.first { access($0, X_OK) == 0 } ?? "/missing/\(name)"
  }
}
