import Hummingbird
import ProofbackCore

/// The browser's token. `__Host-` ties it to this host and to TLS.
enum SessionCookie {
  private static let plain = "proofback"
  private static let secure = "__Host-proofback"

  static func token(of request: Request) -> Token? {
    (request.cookies[secure] ?? request.cookies[plain]).map { Token($0.value) }
  }

  static func set(_ token: Token, isSecure: Bool) -> String {
    "\(isSecure ? secure : plain)=\(token.text); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }

  static func clear(isSecure: Bool) -> String {
    "\(isSecure ? secure : plain)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }
}
