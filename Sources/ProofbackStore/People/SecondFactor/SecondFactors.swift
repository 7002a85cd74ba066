import Crypto
import Foundation
import GRDB
public import ProofbackCore

/// Second factors in the embedded state: secrets sealed by the vault, recovery codes as hashes.
public struct SecondFactors: SecondFactorRepository {
  private let state: StateDatabase
  private let vault: Vault
  private static let recoveryCodes = 10

  public init(_ state: StateDatabase, vault: Vault) {
    self.state = state
    self.vault = vault
  }

  public func isOn(for person: String) throws -> Bool {
    try state.read {
      try Bool.fetchOne(
        $0, sql: "SELECT confirmed IS NOT NULL FROM secondFactor WHERE person = ?", arguments: [person]) ?? false
    }
  }

  public func begin(for person: String, by actor: Actor) throws -> SecondFactorSecret {
    let secret = SymmetricKey(size: .init(bitCount: 160)).withUnsafeBytes { Data($0) }
    let sealed = try vault.seal(secret, id: SecondFactorSchema.label(person))
    try state.write { database in
      try database.execute(
        sql: """
          INSERT INTO secondFactor (person, sealed, lastStep) VALUES (?, ?, 0) \
          ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed WHERE confirmed IS NULL
          """, arguments: [person, sealed])
      // One that is in force is turned off first.
      guard database.changesCount == 1 else { throw StoreError.alreadyThere }
    }
    return SecondFactorSecret(text: Base32.text(secret))
  }

  public func begun(for person: String) throws -> SecondFactorSecret? {
    guard try !isOn(for: person), let secret = try state.read({ try secret(person, $0) }) else { return nil }
    return SecondFactorSecret(text: Base32.text(secret))
  }

  public func confirm(_ code: String, for person: String, by actor: Actor) throws -> [String]? {
    try state.write { database in
      guard let secret = try secret(person, database),
        let step = TimeCode(secret: secret).step(of: Self.plain(code), at: actor.at)
      else { return nil }
      try database.execute(
        sql: "UPDATE secondFactor SET confirmed = ?, lastStep = ? WHERE person = ? AND confirmed IS NULL",
        arguments: [actor.at.milliseconds, step, person])
      guard database.changesCount == 1 else { return nil }
      let codes = (0..<Self.recoveryCodes).map { _ in Identifier.make() }
      for code in codes {
        try database.execute(
          sql: "INSERT INTO recoveryCode (hash, person) VALUES (?, ?)", arguments: [Token(code).hash, person])
      }
      try AuditTrail.append(actor.did("second-factor.turned-on", person), database)
      return codes.map(Self.grouped)
    }
  }

  public func accepts(_ code: String, of person: String, by actor: Actor) throws -> Bool {
    let code = Self.plain(code)
    return try state.write { database in
      try database.execute(
        sql: "DELETE FROM recoveryCode WHERE hash = ? AND person = ?", arguments: [Token(code).hash, person])
      if database.changesCount == 1 {
        try AuditTrail.append(actor.did("second-factor.recovery-code-used", person), database)
        return true
      }
      guard let secret = try secret(person, database),
        let step = TimeCode(secret: secret).step(of: code, at: actor.at)
      else { return false }
      // A code that was seen by others is worth nothing any more.
      try database.execute(
        sql: "UPDATE secondFactor SET lastStep = ? WHERE person = ? AND lastStep < ? AND confirmed IS NOT NULL",
        arguments: [step, person, step])
      return database.changesCount == 1
    }
  }

  public func turnOff(for person: String, by actor: Actor) throws {
    try state.write { database in
      guard try Self.delete(of: person, database) else { throw StoreError.notThere }
      try AuditTrail.append(actor.did("second-factor.turned-off", person), database)
    }
  }

  /// - Returns: whether there was one.
  static func delete(of person: String, _ database: Database) throws -> Bool {
    try database.execute(sql: "DELETE FROM recoveryCode WHERE person = ?", arguments: [person])
    try database.execute(sql: "DELETE FROM secondFactor WHERE person = ?", arguments: [person])
    return database.changesCount == 1
  }

  private func secret(_ person: String, _ database: Database) throws -> Data? {
    let sealed = try Data.fetchOne(
      database, sql: "SELECT sealed FROM secondFactor WHERE person = ?", arguments: [person])
    return try sealed.map { try vault.open($0, id: SecondFactorSchema.label(person)) }
  }

  /// As people type it: with blanks and dashes, in capitals.
  private static func plain(_ code: String) -> String {
    code.prefix(60).lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  private static func grouped(_ code: String) -> String {
    stride(from: 0, to: code.count, by: 4).map { start in
      String(code.dropFirst(start).prefix(4))
    }.joined(separator: "-")
  }
}

enum SecondFactorSchema {
  static let first = """
    CREATE TABLE secondFactor (
      person TEXT PRIMARY KEY REFERENCES person (id), sealed BLOB NOT NULL, confirmed INTEGER, lastStep INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE recoveryCode (hash BLOB PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id)) STRICT;
    CREATE INDEX recoveryCodeByPerson ON recoveryCode (person);
    """

  static func label(_ person: String) -> String { "second factor of \(person)" }
}
