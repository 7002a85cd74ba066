import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

/// The key of a device as a picture, read as a camera's program reads it.
@Suite struct CodePictureTests {
  /// A grey picture (PGM) of a page's SVG, eight pixels a module.
  private func picture(_ page: String) throws -> Data {
    let svg = try #require(
      page.firstMatch(of: /<svg class="code" viewBox="0 0 (\d+) \1".*?<path d="([^"]+)"\/><\/svg>/))
    let side = try #require(Int(svg.output.1))
    var pixels = [UInt8](repeating: 255, count: side * side * 64)
    for module in svg.output.2.matches(of: /M(\d+) (\d+)h1v1h-1z/) {
      let (x, y) = (try #require(Int(module.output.1)), try #require(Int(module.output.2)))
      for row in 0..<8 {
        let start = (y * 8 + row) * side * 8 + x * 8
        for pixel in start..<start + 8 { pixels[pixel] = 0 }
      }
    }
    return Data("P5 \(side * 8) \(side * 8) 255\n".utf8) + Data(pixels)
  }

  private func read(_ picture: String) async throws -> String {
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: "/usr/bin/zbarimg")
    reader.arguments = ["-q", "--raw", picture]
    let output = Pipe()
    reader.standardOutput = output
    try reader.run()
    return await Task.detached {
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      reader.waitUntilExit()
      return text.trimmingCharacters(in: .newlines)
    }.value
  }

  @Test func `the picture on the page holds the same address as the link, and nothing once codes are on`() async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    #expect(try await !manager.get("/account/codes").text.contains("<svg class=\"code\""))
    #expect(try await manager.post("/account/codes", [:]).status == 303)
    let page = try await manager.get("/account/codes").text
    let address = String(try #require(page.firstMatch(of: /href="(otpauth:[^"]+)"/)).output.1)
    try await TemporaryFolder.with("picture") { folder in
      let path = folder.path + "/code.pgm"
      try picture(page).write(to: URL(fileURLWithPath: path))
      #expect(try await read(path) == address.replacing("&amp;", with: "&"))
    }
    _ = try await manager.turnCodesOn()
    #expect(try await !manager.get("/account/codes").text.contains("<svg class=\"code\""))
  }

  @Test(arguments: ["", "no code", "##\n##\n", String(repeating: "##\n", count: 21)])
  func `what is no square of a code's size is no code`(text: String) {
    #expect(QRCode(lines: text) == nil)
  }
}
