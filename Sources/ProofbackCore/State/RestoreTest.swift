public import Foundation

/// A saved definition with its name.
public struct RestoreTest: Sendable, Equatable, Identifiable {
  public var id: String
  public var name: String
  public var definition: RestoreTestDefinition
  public var created: Date
  public var createdBy: String

  public init(id: String, name: String, definition: RestoreTestDefinition, created: Date, createdBy: String) {
    self.id = id
    self.name = name
    self.definition = definition
    self.created = created
    self.createdBy = createdBy
  }
}
