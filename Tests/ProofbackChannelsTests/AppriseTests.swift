import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

@testable import ProofbackChannels

@Suite struct AppriseTests {
  @Test func `a notice gets through to a service, and no process shows its address`() async throws {
    let receiver = try await Receiver.web(delay: 1)
    let options = ["url": "json://user:swordfish@127.0.0.1:\(receiver.port)/hook?x=1"]
    async let delivery = AppriseChannel().send(Sample.notice(), options, allowedHosts: ["127.0.0.1"])
    let seen = try await Sample.arguments(whileRunning: "apprise")
    let outcome = await delivery
    #expect(outcome.isDelivered, "\(outcome)")
    let item = try #require(receiver.items.first)
    #expect(item["body"]?.contains("Proofback: bad") == true)
    #expect(item["body"]?.contains("ends inside table orders") == true)
    #expect(seen.contains { $0.contains { $0.hasSuffix("/apprise") } })
    for words in ["swordfish", "Proofback: bad", "table orders"] {
      #expect(!seen.joined().contains { $0.contains(words) }, "\(words)")
    }
  }

  @Test func `what Apprise does not know, and what leads to this machine, is refused`() async throws {
    let channel = AppriseChannel()
    for url in ["nosuchservice://x", "x", "json://host\ninclude /etc/passwd", "include /etc/passwd"] {
      await #expect(throws: OptionProblem.self) { try await channel.describe(["url": url], allowedHosts: []) }
    }
    for url in ["json://localhost/", "xml://u:p@127.0.0.1:80/x", "json://[::1]/", "json://169.254.169.254/"] {
      let problem = await #expect(throws: OptionProblem.self) {
        try await channel.describe(["url": url], allowedHosts: [])
      }
      #expect(problem?.fact == "it leads to this machine's own network")
    }
    #expect(try await channel.describe(["url": "json://hooks.example.com/"], allowedHosts: []) == "json, by Apprise")
  }

  @Test func `a service that does not take it is a failure`() async throws {
    let receiver = try await Receiver.web(status: 500)
    let options = ["url": "json://127.0.0.1:\(receiver.port)/"]
    #expect(await !AppriseChannel().send(Sample.notice(), options, allowedHosts: ["127.0.0.1"]).isDelivered)
  }
}

@Suite struct ChannelCatalogueTests {
  @Test func `the page on channels is as the code makes it`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let written = try String(contentsOf: root.appending(path: "docs/channels.md"), encoding: .utf8)
    #expect(written == ChannelsDocument.markdown(), "make docs")
  }

  @Test func `options have names that no form uses for itself`() {
    for kind in ChannelCatalogue.kinds {
      let names = kind.options.map(\.name)
      #expect(Set(names).count == names.count)
      #expect(Set(names).isDisjoint(with: ["name", "kind", "formToken"]))
    }
  }

  @Test func `a value can't bring options of its own to curl`() throws {
    var config = CurlConfig.message
    try config.set("user", #"a:b"c\d"#)
    #expect(config.text.hasSuffix("user = \"a:b\\\"c\\\\d\"\n"))
    for value in ["x\nupload-file = /etc/passwd", "x\r", "x\0", "x\u{7f}"] {
      #expect(throws: CurlConfigProblem.self) { try config.set("url", value) }
    }
  }
}
