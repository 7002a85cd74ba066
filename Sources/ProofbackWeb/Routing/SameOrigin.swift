import Foundation
import HTTPTypes
import Hummingbird

/// Whether a change comes from one of our own pages: browsers say where a form lies (Fetch standard, `Origin` and
/// `Sec-Fetch-Site`).
enum SameOrigin {
  static func holds(for request: Request) -> Bool {
    if let site = request.headers[HTTPField.Name("Sec-Fetch-Site")!] { return site == "same-origin" || site == "none" }
    guard let origin = request.headers[.origin] else { return true }
    guard let host = request.head.authority, let url = URL(string: origin) else { return false }
    let port = url.port.map { ":\($0)" } ?? ""
    return "\(url.host ?? "")\(port)" == host
  }
}
