/// Ids of what the server keeps: random, unguessable, safe in addresses.
public enum Identifier {
  private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")

  /// Sixteen letters: 80 bits.
  public static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
  }
}
