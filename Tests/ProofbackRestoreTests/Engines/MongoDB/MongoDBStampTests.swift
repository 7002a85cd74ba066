import Foundation
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackRestore

/// A server that was filled from an archive is stamped as a source, and what came back is held against that.
@Suite(.serialized) struct MongoDBStampTests {
  private static let key: UInt64 = 0x5EED

  private func codes(_ proof: Proof, _ verification: Verification) -> [String] {
    ProofComparison(
      proof, verification.profile ?? DatabaseProfile(), .init(tableWord: "collection", rowWord: "document")
    ).findings().map(\.code.rawValue)
  }

  @Test func `collections are held against their source by documents, sums, indexes and views`() async throws {
    let measuring = Measuring(key: 1, asOf: Date(), checksumKey: Self.key)
    try await MongoDBTestRun.with(ArchiveMaker.shop(), measuring) { session, socket in
      let verification = try await session.verify(.full)
      let source = try await EngineCatalogue.openProofSource("mongodb:///shop?socket=\(socket)", password: nil)
      #expect(source.product.hasPrefix("SecantusDB ") || source.product.hasPrefix("MongoDB "))
      let own = Measuring(key: Self.key, asOf: Date(), checksumKey: Self.key)
      func proof(_ leftOut: [String] = []) async throws -> Proof {
        var proof = Proof(made: 0, tool: nil, versions: [:], stream: ProofStream(bytes: 0, sha256: ""))
        proof.take(try await source.measure(own, leavingOut: leftOut), nil, key: Self.key, leftOut: leftOut)
        return proof
      }
      let whole = try await proof()
      #expect(whole.tables.contains { $0.text == "shop.orders" && $0.sum != nil && $0.rows > 0 })
      #expect(codes(whole, verification) == ["proof.holds"])
      #expect(try await proof(["orders"]).tables.allSatisfy { $0.name != "orders" })

      let connection = try #require(MongoConnection(SourceAddress("mongodb:///shop?socket=\(socket)"), password: nil))
      // As many documents, and one with another number.
      try connection.run(
        BSON().set("update", "orders").set(
          "updates",
          array: [
            BSON().set("q", BSON()).set("u", BSON().set("$set", BSON().set("planted", Int32(7)))).set("multi", false)
          ]), on: "shop")
      #expect(try codes(await proof(), verification) == ["proof.values-differ"])
      try connection.run(
        BSON().set("delete", "orders").set("deletes", array: [BSON().set("q", BSON()).set("limit", Int32(1))]),
        on: "shop")
      try connection.run(
        BSON().set("createIndexes", "orders").set(
          "indexes", array: [BSON().set("key", BSON().set("planted", Int32(1))).set("name", "planted_1")]),
        on: "shop")
      #expect(try codes(await proof(), verification) == ["proof.rows-differ", "proof.object-missing"])
      let text = String(decoding: try await proof().encoded(), as: UTF8.self)
      #expect(!text.contains("customer of"), "no value is in it")
    }
  }

  @Test func `an address without a server is our own trouble`() async throws {
    await #expect(throws: RunTrouble.self) {
      _ = try await EngineCatalogue.openProofSource("mongodb:///shop?socket=/nonexistent/m.sock", password: nil)
    }
  }
}
