import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

/// What every kind of sandbox promises. A kind's own test is a few lines:
///
///     @Test(arguments: SandboxContract.clauses) func holds(_ clause: SandboxContract.Clause) async throws {
///       try await clause.check(ProcessSandboxKind())
///     }
enum SandboxContract {
  struct Clause: Sendable, CustomTestStringConvertible {
    let sentence: String
    let body: @Sendable (SandboxPlace) async throws -> Void
    var testDescription: String { sentence }

    init(_ sentence: String, _ body: @escaping @Sendable (SandboxPlace) async throws -> Void) {
      self.sentence = sentence
      self.body = body
    }

    /// Carries it out in a place of its own, in which nothing of a sandbox may be left afterwards.
    func check(_ kind: any SandboxKind, image: String? = nil) async throws {
      let place = try SandboxPlace(kind, image: image)
      do {
        try await body(place)
      } catch {
        _ = await place.leave()
        throw error
      }
      let left = await place.leave().filter { $0.contains("data") || $0.contains("exchange") }
      #expect(left.isEmpty, "\(sentence): left behind")
    }
  }

  static let clauses = isolation + life + limits + data
}
