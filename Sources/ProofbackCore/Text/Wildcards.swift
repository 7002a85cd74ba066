/// Patterns with a part that stands for any characters.
public enum Wildcards {
  /// Whether `pattern` fits all of `text`. Goes back only to the last part that stands for many, so that it is never slower
  /// than text × pattern.
  /// - Parameters:
  ///   - isMany: whether a part stands for any number of characters.
  ///   - fits: whether another part stands for this one character.
  public static func match<Part, Element>(
    _ pattern: [Part], _ text: [Element], isMany: (Part) -> Bool, fits: (Part, Element) -> Bool
  ) -> Bool {
    var place = 0
    var part = 0
    var many: (part: Int, place: Int)?
    while place < text.count {
      if part < pattern.count, isMany(pattern[part]) {
        many = (part, place)
        part += 1
      } else if part < pattern.count, fits(pattern[part], text[place]) {
        part += 1
        place += 1
      } else if let last = many {
        many = (last.part, last.place + 1)
        part = last.part + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy(isMany)
  }
}
