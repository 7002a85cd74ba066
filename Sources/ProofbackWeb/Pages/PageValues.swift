/// A page's model as dictionaries and arrays. The template library would otherwise reflect on a struct once for each name
/// that it looks up in it; here it happens once for each struct.
enum PageValues {
  /// Texts, numbers and truth values stay what they are; a field without a value is left out.
  static func make(_ value: Any) -> Any? {
    switch value {
    case is String, is Bool, is Int, is Int64: return value
    case let texts as [String: String]: return texts
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { make($0.value) }
    case .collection: return mirror.children.compactMap { make($0.value) }
    case .struct:
      var fields: [String: Any] = [:]
      for child in mirror.children {
        if let name = child.label, let field = make(child.value) { fields[name] = field }
      }
      return fields
    default: return value
    }
  }
}
