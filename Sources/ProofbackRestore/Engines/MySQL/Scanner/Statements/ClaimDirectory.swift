/// Finds claims by name.
struct ClaimDirectory {
  enum ObjectKind: String, Hashable, Codable {
    case procedure, function, package, packageBody, trigger, event, sequence
  }

  struct Object: Hashable {
    var kind: ObjectKind
    var name: QualifiedName
  }

  var tables: [QualifiedName: Int] = [:]
  var views: [QualifiedName: Int] = [:]
  var objects: Set<Object> = []
  var databases: Set<String> = []
  var definers: Set<String> = []
  var charsets: Set<String> = []
  var needs: Set<String> = []
}
