import Foundation
import ProofbackTestSupport
import Testing

/// The server's own TLS, asked by curl with nothing but the server's certificate to trust.
@Suite(.serialized) struct TLSTests {
  private func shell(_ script: String, _ arguments: [String]) async throws -> (code: Int32, text: String) {
    try await Task.detached {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-ec", script, "sh"] + arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }.value
  }

  private func makeCertificate(_ folder: String, _ name: String) async throws {
    let made = try await shell(
      """
      cd "$1"
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$2" \
        -addext 'subjectAltName=IP:127.0.0.1' -keyout "$2.key.new" -out "$2.pem.new" 2>&1
      mv "$2.key.new" "$2.key"; mv "$2.pem.new" "$2.pem"
      """, [folder, name])
    #expect(made.code == 0, "\(made.text)")
  }

  @Test func `over its own TLS cookies are bound to it, and no header makes an address`() async throws {
    let kit = try ServeKit()
    try await makeCertificate(kit.folder, "own")
    let files = ["--tls-cert", kit.folder + "/own.pem", "--tls-key", kit.folder + "/own.key"]
    let setup = try #require(try await kit.start(files))
    let origin = "https://127.0.0.1:\(kit.port)"
    let entered = try await shell(
      """
      curl -sS -i --cacert "$1/own.pem" -c "$1/jar" -H 'X-Forwarded-For: 203.0.113.9' \
        --data-urlencode "token=$3" --data 'name=Ada&login=ada' --data-urlencode 'password=correct horse battery' "$2/setup"
      """, [kit.folder, origin, String(setup.split(separator: "=")[1])])
    let answer = entered.text.lowercased()
    #expect(answer.contains("set-cookie: __host-proofback=") && answer.contains("; secure"), "\(entered.text)")
    #expect(answer.contains("strict-transport-security: max-age="))
    let page = try await shell(#"curl -sS --cacert "$1/own.pem" -b "$1/jar" "$2/audit""#, [kit.folder, origin])
    #expect(page.text.contains("127.0.0.1") && !page.text.contains("203.0.113.9"))
    let plain = try await shell(#"curl -sS "http://127.0.0.1:$1/" || true"#, ["\(kit.port)"])
    #expect(!plain.text.contains("<html"))

    // A new certificate is taken without a restart.
    let old = kit.folder + "/old.pem"
    try FileManager.default.copyItem(atPath: kit.folder + "/own.pem", toPath: old)
    try await makeCertificate(kit.folder, "own")
    var code: Int32 = 1
    for _ in 0..<50 where code != 0 {
      code = try await shell(#"curl -sS --cacert "$1/own.pem" "$2/healthz""#, [kit.folder, origin]).code
      if code != 0 { try await Task.sleep(for: .milliseconds(200)) }
    }
    #expect(code == 0)
    #expect(try await shell(#"curl -sS --cacert "$1/old.pem" "$2/healthz""#, [kit.folder, origin]).code != 0)
    #expect(kit.stop() == 0)
  }

  @Test func `files that can't be used are named before anything starts`() async throws {
    let kit = try ServeKit()
    try await makeCertificate(kit.folder, "one")
    try await makeCertificate(kit.folder, "two")
    func refused(_ options: String...) async throws -> String {
      let answer = try await shell(
        #""$@""#,
        [BuiltProgram.proofback, "serve", "--listen", "127.0.0.1:\(kit.port)", "--state-folder", kit.folder + "/state"]
          + options)
      #expect(answer.code == 64)
      return answer.text
    }
    let (one, key, other) = (kit.folder + "/one.pem", kit.folder + "/one.key", kit.folder + "/two.key")
    #expect(try await refused("--tls-cert", one, "--tls-key", other).contains("does not fit the certificate"))
    #expect(try await refused("--tls-cert", one, "--tls-key", "/nowhere").contains("--tls-key: /nowhere can't be read"))
    #expect(try await refused("--tls-cert", key, "--tls-key", key).contains("holds no certificate in PEM"))
    #expect(try await refused("--tls-cert", one, "--tls-key", one).contains("holds no private key in PEM"))
    #expect(try await refused("--tls-cert", one).contains("belong together"))
    #expect(try await refused("--worker-cert", key).contains("holds no certificate in PEM"))
    #expect(try await refused("--worker-url", "http://proofback.example.org").contains("workers don't speak to"))
    #expect(
      try await refused("--tls-cert", one, "--tls-key", key, "--behind-tls").contains("the server does so itself"))
  }
}
