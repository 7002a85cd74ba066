import Foundation
import ProofbackCore

/// A mail as bytes: plain text and HTML (RFC 5322, 2045 and 2046), only ASCII, no line longer than 76 but for addresses.
struct MailMessage {
  let data: Data

  init(_ notice: Notice, from sender: String, to recipients: [String], now: Date) {
    // Random, so that no text of others can end a part.
    let boundary = "=_\(Identifier.make())\(Identifier.make())"
    let domain = sender.split(separator: "@").last.map(String.init) ?? "localhost"
    var lines = [
      "Date: \(Self.date(now))", "From: Proofback <\(sender)>",
      "To: " + recipients.map { "<\($0)>" }.joined(separator: ",\r\n "),
      MailHeader.unstructured("Subject", notice.subject), "Message-ID: <\(notice.id)@\(domain)>",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
    ]
    for (type, text) in [("plain", notice.plainText), ("html", MailPage.html(notice))] {
      lines += [
        "--\(boundary)", "Content-Type: text/\(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
        QuotedPrintable.encode(text),
      ]
    }
    lines += ["--\(boundary)--", ""]
    data = Data(lines.joined(separator: "\r\n").utf8)
  }

  /// `Thu, 26 Nov 2026 16:28:10 +0000`.
  static func date(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = [parts.hour, parts.minute, parts.second].map(two).joined(separator: ":")
    return
      "\(days[(parts.weekday ?? 1) - 1]), \(parts.day ?? 1) \(months[(parts.month ?? 1) - 1]) \(parts.year ?? 0) \(time) +0000"
  }
}
