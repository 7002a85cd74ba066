import ProofbackCore
import ProofbackSystem
import Testing

@testable import ProofbackChannels

@Suite struct WebAddressTests {
  @Test(arguments: [
    "ftp://example.com/", "https://user:password@example.com/", "https://example.com/a b", "https://", "https:///x",
    "https://-x.example/", "https://exa\"mple.com/", "https://example.com/\"\nurl = \"file:///etc/passwd",
    "http://a.b.:80/",
    "https://example.com:0/", "https://example.com:65536/", "https://example.com/#part", "http://[::1",
    "//example.com/",
    "https://example.com\\@evil.example/", "https://müller.example/", "https://example.com/\u{0}",
  ]) func `what readers could take for something else is no address`(_ text: String) {
    #expect(throws: WebAddress.Problem.self) { try WebAddress(text) }
  }

  @Test func `an address is read into its parts`() throws {
    let address = try WebAddress("https://Hooks.Example.com:8443/in?key=a&b=[1]")
    #expect(address.host == "hooks.example.com")
    #expect(address.port == 8443)
    #expect(address.description == "https://hooks.example.com:8443/in?key=a&b=[1]")
    #expect(try WebAddress("http://[2001:DB8::1]").description == "http://[2001:db8::1]/")
    #expect(try WebAddress("https://example.com?x").description == "https://example.com/?x")
  }

  @Test(arguments: [
    "127.0.0.1", "127.255.0.3", "0.0.0.0", "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "::1",
    "::", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
    "::127.0.0.1", "255.255.255.255", "ff02::1",
  ]) func `addresses of this machine's own network are known in every disguise`(_ text: String) throws {
    #expect(try #require(NetworkAddress(text)).isLocal)
  }

  @Test(arguments: ["192.0.2.1", "10.1.2.3", "2001:db8::1", "::ffff:192.0.2.1", "128.0.0.1", "64:ff9b::c000:201"])
  func `others are not`(_ text: String) throws { #expect(try !#require(NetworkAddress(text)).isLocal) }

  @Test(arguments: ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "127.0.0.1", "::1"])
  func `a host that leads here is refused however it is written`(_ host: String) async throws {
    await #expect(throws: ReachProblem.self) { try await Reach.find(host, allowedHosts: []) }
    let found = try await Reach.find(host, allowedHosts: [host])
    #expect(!found.addresses.isEmpty)
  }
}
