/// Names of container images as the registry's reference has them (distribution, reference/reference.go): a name of at
/// most 255 bytes, a tag of at most 128, a digest.
public enum ImageName {
  public static func isName(_ text: String) -> Bool {
    guard text.utf8.count <= 400, let match = text.wholeMatch(of: reference) else { return false }
    return match.output.1.utf8.count <= 255
  }

  private static var reference: Regex<(Substring, Substring)> {
    // host[:port]/ path, then tag, then digest. It begins with a letter or digit: never an option.
    /([A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?/
  }
}
