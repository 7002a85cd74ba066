/// The ciphers that `openssl enc` writes containers with: a closed list, from `openssl enc -list` (OpenSSL 3.0), without
/// those that only its legacy provider has.
public enum OpenSSLCipher {
  public static let all: [String] =
    (["aes", "aria", "camellia"].flatMap { family in
      ["128", "192", "256"].flatMap { bits in modes.map { "\(family)-\(bits)-\($0)" } }
    } + ["chacha20", "des-ede3-cbc", "des-ede3-cfb", "des-ede3-ofb"]
    + ["cbc", "cfb", "ctr", "ecb", "ofb"].map { "sm4-\($0)" }).sorted()

  private static let modes = ["cbc", "cfb", "cfb1", "cfb8", "ctr", "ecb", "ofb"]

  /// openssl's own short names.
  private static let aliases = [
    "aes128": "aes-128-cbc", "aes192": "aes-192-cbc", "aes256": "aes-256-cbc", "aria128": "aria-128-cbc",
    "aria192": "aria-192-cbc", "aria256": "aria-256-cbc", "camellia128": "camellia-128-cbc",
    "camellia192": "camellia-192-cbc", "camellia256": "camellia-256-cbc", "des3": "des-ede3-cbc", "sm4": "sm4-cbc",
  ]

  /// The cipher of that name, as the list has it; nil when there is none.
  public static func named(_ text: String) -> String? {
    let name = text.lowercased()
    let cipher = aliases[name] ?? name
    return all.contains(cipher) ? cipher : nil
  }
}
