import Foundation

/// What the undamaged run of a drill found, and the damaged ones are held to: all of them read the same file.
public struct DrillBasis: Sendable, Codable, Equatable {
  /// The file that is drilled, by what its location says of it.
  public struct File: Sendable, Codable, Equatable {
    public var name: String
    public var size: UInt64?
    /// Milliseconds since 1970.
    public var modified: Int64?

    init(_ source: SourceObject) {
      name = source.name
      size = source.size
      modified = source.modified.map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }
  }

  public var file: File?
  /// Warnings that the backup has without any damage.
  public var warnings: [FindingCode]
  /// The earlier run that it was held against; nil: there was none.
  public var past: String?

  /// - Parameter report: of the undamaged run.
  public init(_ report: RunReport, of specification: RunSpecification) {
    file = report.source.map(File.init)
    warnings = report.findings.filter { $0.consequence == .warning }.map(\.code)
    past = specification.baseline?.newest.runID
  }

  /// Whether a later run looked at another file, or at another content of it. One that found none says nothing.
  public func isOther(_ report: RunReport) -> Bool {
    guard let file, let source = report.source else { return false }
    return File(source) != file
  }

  /// Lets a run look for this very file and for no newer one, where its name can stand as a pattern.
  public func pin(_ specification: inout RunSpecification) {
    guard specification.filePattern != nil, let name = file?.name,
      name.utf8.allSatisfy({ Self.plain.contains($0) }), !name.isEmpty
    else { return }
    specification.filePattern = name
  }

  private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=@,".utf8)
}
