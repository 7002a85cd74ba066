import Foundation
import ProofbackCore

extension TableProfile {
  /// What the row reader wrote. Nil when it is something else.
  init?(measured text: String) {
    guard let profile = try? JSONDecoder().decode(TableProfile.self, from: Data(text.utf8)) else { return nil }
    self = profile
  }

  /// The same with the names that only the engine knows. Their order is the plan's.
  func named(database: String, name: String, columns names: [String]) -> TableProfile {
    var result = self
    result.database = database
    result.name = name
    for index in result.columns.indices where names.indices.contains(index) {
      result.columns[index].name = names[index]
    }
    return result
  }
}
