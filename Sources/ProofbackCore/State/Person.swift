public import Foundation

/// What a person may do. Managers may do all that users may.
public enum Role: String, Sendable, Codable, CaseIterable {
  case manager, user
}

/// Someone who logs in.
public struct Person: Sendable, Equatable, Identifiable {
  public var id: String
  public var login: String
  public var name: String
  public var role: Role
  public var created: Date

  public init(id: String, login: String, name: String, role: Role, created: Date) {
    self.id = id
    self.login = login
    self.name = name
    self.role = role
    self.created = created
  }
}

/// A browser that a person logged in with. The token itself is only in the browser.
public struct Session: Sendable, Equatable {
  public var person: Person
  /// What forms of this session carry.
  public var formToken: String
  public var created: Date

  public init(person: Person, formToken: String, created: Date) {
    self.person = person
    self.formToken = formToken
    self.created = created
  }
}

/// Who does something, when and from where.
public struct Actor: Sendable, Equatable {
  public var person: String
  public var at: Date
  public var address: String

  public init(person: String, at: Date, address: String) {
    self.person = person
    self.at = at
    self.address = address
  }
}
