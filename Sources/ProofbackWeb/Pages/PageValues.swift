import Mustache

/// A page's model as dictionaries and arrays. The template library would otherwise reflect on a struct once for each name
/// that it looks up in it, and ask of each text what else it may be; here that happens once.
enum PageValues {
  /// What is shown as it is, escaped by the templates.
  private struct Text: MustacheCustomRenderable {
    let renderText: String
    let isNull = false
  }

  /// Texts, numbers and truth values stay what they are; a field without a value is left out.
  static func make(_ value: Any) -> Any? {
    if let plain = plain(value) { return plain }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { make($0.value) }
    case .collection: return mirror.children.compactMap { make($0.value) }
    case .dictionary: return (value as? [String: String])?.mapValues { Text(renderText: $0) } ?? value
    case .struct:
      var fields: [String: Any] = [:]
      fields.reserveCapacity(mirror.children.count)
      for child in mirror.children {
        if let name = child.label, let field = make(child.value) { fields[name] = field }
      }
      return fields
    default: return value
    }
  }

  /// Types are compared before anything is cast: a cast that fails is slow.
  private static func plain(_ value: Any) -> Any? {
    let type = type(of: value)
    if type == String.self { return (value as? String).map { Text(renderText: $0) } }
    if type == Bool.self { return value }
    if type == Int.self || type == Int64.self { return Text(renderText: "\(value)") }
    return nil
  }
}
