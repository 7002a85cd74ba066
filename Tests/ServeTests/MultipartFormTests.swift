import Foundation
import Testing

@testable import ProofbackWeb

@Suite struct MultipartFormTests {
  private func read(_ text: String) -> MultipartForm? { MultipartForm(Array(text.utf8), boundary: "b") }

  @Test func `fields are text, files are base64, and bytes that look like line ends stay`() throws {
    let form = try #require(
      read(
        "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\none\r\ntwo\r\n"
          + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"k;x.bin\"\r\nContent-Type: x/y\r\n\r\n"
          + "\r\n--c\r\n\r\n--b--\r\n"))
    #expect(form.fields["name"] == "one\ntwo")
    #expect(form.fields["file"].flatMap { Data(base64Encoded: $0) } == Data("\r\n--c\r\n".utf8))
  }

  @Test(arguments: [
    "", "--b", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut", "--b\r\nno\r\n\r\nx\r\n--b--",
    "--other\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--other--",
  ])
  func `what is cut or malformed is none`(text: String) { #expect(read(text) == nil) }

  @Test func `only a form with files has a boundary`() {
    #expect(MultipartForm.boundary("multipart/form-data; boundary=\"x y\"") == "x y")
    #expect(MultipartForm.boundary("multipart/form-data") == nil)
    #expect(MultipartForm.boundary("application/x-www-form-urlencoded") == nil)
  }
}
