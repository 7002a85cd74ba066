import ProofbackCore

/// Certificates to trust instead of the system's.
enum Authority {
  static let option = KindOption(
    "authority", "Certificate of its authority",
    hint: "PEM; only when the system does not trust the certificate of the other side.", .text, longest: 40_000)

  static func check(_ text: String?) throws {
    guard let text, !text.isEmpty else { return }
    guard PEM.isCertificates(text) else {
      throw OptionProblem("authority", "it is no certificate in PEM", hint: "-----BEGIN CERTIFICATE-----")
    }
  }
}
