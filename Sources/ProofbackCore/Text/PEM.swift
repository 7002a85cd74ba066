/// Keys and certificates as text (RFC 7468), told apart by their frames.
public enum PEM {
  /// Whether a text is certificates, and holds no secret by mistake.
  public static func isCertificates(_ text: String) -> Bool {
    text.contains("-----BEGIN CERTIFICATE-----") && text.contains("-----END CERTIFICATE-----")
      && !text.contains("PRIVATE KEY")
  }
}
