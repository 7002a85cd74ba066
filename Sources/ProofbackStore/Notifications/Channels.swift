import Foundation
import GRDB
public import ProofbackCore

/// Channels in the embedded state, their options sealed by the vault.
public struct Channels: ChannelRepository {
  private struct ChannelRow: Record {
    static let databaseTableName = "channel"
    var id: String
    var name: String
    var kind: String
    var description: String
    var sealed: Data
    var created: Date
    var createdBy: String
    var tried: Date?
    var problem: String?

    var channel: Channel {
      var channel = Channel(
        id: id, name: name, kind: kind, description: description, created: created, createdBy: createdBy)
      (channel.tried, channel.problem) = (tried, problem)
      return channel
    }
  }

  private let state: StateDatabase
  private let vault: Vault

  public init(_ state: StateDatabase, vault: Vault) {
    self.state = state
    self.vault = vault
  }

  public func add(
    name: String, kind: String, description: String, options: [String: String], by manager: Actor
  ) throws -> Channel {
    let id = Identifier.make()
    let row = ChannelRow(
      id: id, name: name, kind: kind, description: description, sealed: try seal(options, id), created: manager.at,
      createdBy: manager.person)
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(manager.did("channel.added", id, [name, kind]), database)
      return row.channel
    }
  }

  public func change(
    _ id: String, name: String, description: String, options: [String: String], by manager: Actor
  ) throws {
    let sealed = try seal(options, id)
    try state.write { database in
      try database.execute(
        sql: "UPDATE channel SET name = ?, description = ?, sealed = ?, tried = NULL, problem = NULL WHERE id = ?",
        arguments: [name, description, sealed, id])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      // What failed before is tried at once with what is new.
      try database.execute(
        sql: "UPDATE outbox SET next = ? WHERE channel = ? AND next > ? AND problem IS NOT NULL",
        arguments: [manager.at.milliseconds, id, manager.at.milliseconds])
      try AuditTrail.append(manager.did("channel.changed", id, [name]), database)
    }
  }

  @discardableResult public func delete(_ id: String, by manager: Actor) throws -> [String] {
    try state.write { database in
      guard let row = try ChannelRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      let alone = try RestoreTests.told(by: id, ofChannels: try RunEnding.channels(database), database)
      try row.delete(database)
      try Alerts.close(.channel, id, now: manager.at, database)
      try AuditTrail.append(manager.did("channel.deleted", id, [row.name]), database)
      return alone
    }
  }

  public func all() throws -> [Channel] {
    try state.read { try ChannelRow.order(Column("name")).fetchAll($0).map(\.channel) }
  }

  public func open(_ id: String) throws -> (channel: Channel, options: [String: String]) {
    guard let row = try state.read({ try ChannelRow.fetchOne($0, key: id) }) else { throw StoreError.notThere }
    let text = try vault.open(row.sealed, id: Self.sealID(id))
    return (row.channel, try JSONDecoder.state.decode([String: String].self, from: text))
  }

  public func noteAttempt(_ id: String, problem: String?, at: Date) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE channel SET tried = ?, problem = ? WHERE id = ?", arguments: [at.milliseconds, problem, id])
    }
  }

  public func noteTest(_ id: String, _ outcome: String, by manager: Actor) throws {
    try state.write { try AuditTrail.append(manager.did("channel.tested", id, [outcome]), $0) }
  }

  private func seal(_ options: [String: String], _ id: String) throws -> Data {
    try vault.seal(try JSONEncoder.state.encode(options), id: Self.sealID(id))
  }

  /// Other than a credential's: what is sealed for one kind of thing opens as no other.
  static func sealID(_ id: String) -> String { "channel \(id)" }
}
