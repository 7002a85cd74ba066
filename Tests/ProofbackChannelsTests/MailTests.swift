import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackChannels

/// Against a real mail server; what it was given is read by another's parser.
@Suite struct MailTests {
  private let login = ("ops", #"pa"ss\ wörd: $HOME"#)
  private var credentials: [String: String] { ["login": login.0, "password": login.1] }

  @Test(arguments: ["starttls", "tls"]) func `a mail gets through with encryption and login, whole and well formed`(
    _ security: String
  ) async throws {
    let receiver = try await Receiver.mail(tls: security, login: login)
    let options = Sample.mail(receiver, credentials.merging(["security": security]) { $1 })
    let delivery = await MailChannel().send(Sample.notice(), options, allowedHosts: [])
    #expect(delivery.isDelivered, "\(delivery)")
    let mail = try #require(receiver.items.first)
    #expect(mail["tls"] == "True" && mail["login"] == "ops")
    #expect(mail["to"] == "ops@example.com night@example.com" && mail["from"] == "proofback@example.com")
    #expect(mail["subject"] == "bad: shop.sql.gz.gpg on db1: ends inside table orders")
    #expect(mail["type"] == "multipart/alternative" && mail["auto"] == "auto-generated")
    #expect(mail["id"] == "<a2b3c4@example.com>")
    #expect(
      mail["plain"]?.hasPrefix("the dump ends inside table orders\n\nNext: make the backup anew\n\nhttps://") == true)
    #expect(mail["html"]?.contains("<a href=\"https://proofback.example/runs/xyz\">") == true)
    #expect(mail["html"]?.contains("<img") == false)
    #expect(mail["defects"] == "0" && mail["ascii"] == "True" && mail["bare"] == "False")
    #expect(Int(mail["longest"] ?? "").map { $0 <= 100 } == true)
  }

  @Test func `no text can end a header, hide a recipient or become markup`() async throws {
    let receiver = try await Receiver.mail()
    let hostile = "x\r\nBcc: evil@example.com\r\n\r\n.\r\n<script>alert('Ж')</script> =?utf-8?B?eA==?= \u{0}"
    let long = String(repeating: "Größe ", count: 60)
    let notice = Sample.notice(hostile + long, cause: hostile + "\r\n.\r\n" + long)
    #expect(await MailChannel().send(notice, Sample.mail(receiver), allowedHosts: []).isDelivered)
    let mail = try #require(receiver.items.first)
    #expect(receiver.items.count == 1)
    #expect(mail["to"] == "ops@example.com night@example.com")
    #expect(mail["headers"]?.lowercased().contains("bcc") == false)
    #expect(mail["html"]?.contains("<script>") == false)
    #expect(mail["html"]?.contains("&lt;script&gt;alert(&#39;Ж&#39;)") == true)
    #expect(mail["plain"]?.contains("Größe Größe") == true && mail["subject"]?.contains("Größe Größe") == true)
    #expect(mail["ascii"] == "True" && mail["bare"] == "False")
    #expect(Int(mail["longest"] ?? "").map { $0 <= 100 } == true)
  }

  @Test func `what keeps a mail from getting through is named`() async throws {
    let receiver = try await Receiver.mail(tls: "starttls", login: login)
    let channel = MailChannel()
    let wrong = Sample.mail(receiver, ["security": "starttls", "login": "ops", "password": "wrong"])
    #expect(await channel.send(Sample.notice(), wrong, allowedHosts: []).fact.contains("refused the login (535)"))
    var foreign = Sample.mail(receiver, credentials.merging(["security": "starttls"]) { $1 })
    foreign["authority"] = nil
    #expect(await channel.send(Sample.notice(), foreign, allowedHosts: []).fact.contains("is not trusted"))
    #expect(receiver.items.isEmpty)
    await receiver.stop()
    #expect(
      await channel.send(Sample.notice(), foreign, allowedHosts: []).fact.hasPrefix("nothing answers at localhost:"))
    foreign["host"] = "no-such-host.invalid"
    #expect(await channel.send(Sample.notice(), foreign, allowedHosts: []).fact.contains("there is no host"))
  }

  @Test func `a server that offers no encryption is given neither password nor message`() async throws {
    let receiver = try await Receiver.mail()
    let options = Sample.mail(receiver, credentials.merging(["security": "starttls"]) { $1 })
    #expect(await MailChannel().send(Sample.notice(), options, allowedHosts: []).fact.contains("does not speak TLS"))
    #expect(receiver.items.isEmpty)
  }

  @Test func `while a mail is sent, no process shows a secret or the message`() async throws {
    let receiver = try await Receiver.mail(tls: "starttls", login: login, delay: 2)
    let options = Sample.mail(receiver, credentials.merging(["security": "starttls"]) { $1 })
    async let delivery = MailChannel().send(Sample.notice(), options, allowedHosts: [])
    let seen = try await Sample.arguments(whileRunning: "curl", first: "--disable")
    #expect(await delivery.isDelivered)
    let curls = seen.filter { $0.first?.hasSuffix("/curl") == true && $0.dropFirst().first == "--disable" }
    #expect(!curls.isEmpty)
    #expect(curls.allSatisfy { $0.dropFirst() == ["--disable", "--config", "-"] })
  }

  @Test(arguments: [
    ["to": "ops@example.com>\r\nDATA"], ["to": ""], ["to": "ops"], ["to": "-oQ/tmp@example.com x@y@z"],
    ["from": "Proofback <p@example.com>"], ["host": "-x"], ["host": "mail.example.com/x"], ["host": "a b"],
    ["host": "x\"\nurl = \"file:///etc/passwd"], ["host": ""], ["port": "0"], ["port": "25x"], ["port": "70000"],
    ["login": "a:b", "password": "p"], ["password": "p"], ["security": "none", "login": "a", "password": "p"],
    ["authority": "-----BEGIN PRIVATE KEY-----"],
  ]) func `options that are none are refused by name`(_ change: [String: String]) async throws {
    let options = ["to": "ops@example.com", "from": "p@example.com", "host": "mail.example.com"].merging(change) { $1 }
    let problem = await #expect(throws: OptionProblem.self) {
      try await MailChannel().describe(options, allowedHosts: [])
    }
    #expect(problem.map { change.keys.contains($0.option) || $0.option == "login" } == true)
  }

  @Test func `a list shows where mail goes, and no secret`() async throws {
    let options = [
      "to": "ops@example.com night@example.com", "from": "p@example.com", "host": "Mail.example.com",
      "security": "tls", "login": "ops", "password": "swordfish",
    ]
    #expect(
      try await MailChannel().describe(options, allowedHosts: [])
        == "to ops@example.com and 1 more by mail.example.com:465")
  }

  @Test func `quoted-printable keeps every text, in short lines`() throws {
    #expect(QuotedPrintable.encode("a=b \nü\n") == "a=3Db=20\r\n=C3=BC\r\n")
    let long = QuotedPrintable.encode(String(repeating: "ж", count: 200))
    #expect(long.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    #expect(MailMessage.date(Date(timeIntervalSince1970: 1_795_710_490)) == "Thu, 26 Nov 2026 16:28:10 +0000")
  }
}
