import ProofbackSystem
import ProofbackTestSupport
import Testing

@Suite struct NamespaceRefusalTests {
  @Test func `where no namespaces can be made, that is told from a program's own failure`() async throws {
    let refused = try await NoNamespaces.around(Command("/usr/bin/bwrap", ["--ro-bind", "/", "/", "true"])).capture()
    #expect(refused.end == .exited(1) && NamespaceRefusal.isOne(refused.errorText), "\(refused)")
    let ofRoot = try await NoNamespaces.around(Command("/usr/bin/unshare", ["--mount", "true"])).capture()
    #expect(ofRoot.end == .exited(1) && NamespaceRefusal.isOne(ofRoot.errorText), "\(ofRoot)")
    for words in ["exec /no/such/program", "echo bwrap >&2; exit 1", "echo 'gpg: bwrap: no' >&2; exit 1"] {
      let own = try await Command("/usr/bin/bwrap", ["--ro-bind", "/", "/", "sh", "-c", words]).capture()
      #expect(!own.end.isSuccess && !NamespaceRefusal.isOne(own.errorText), "\(own)")
    }
    // As it says when what it started was killed.
    #expect(!NamespaceRefusal.isOne("unshare: sigprocmask unblock failed: Invalid argument\n"))
    let missing = try await Command("/usr/bin/bwrap", ["--ro-bind", "/", "/", "/no/such/program"]).capture()
    #expect(missing.end == .exited(1) && !NamespaceRefusal.isOne(missing.errorText), "\(missing)")
  }
}
