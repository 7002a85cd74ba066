import Testing

@testable import ProofbackLaunchers

@Suite struct ConsoleOutputTests {
  private static let ending = (1...30).map { "[  OK  ] Stopped target Number \($0)." }

  @Test func `the last words are our script's, whatever the system says while it shuts down`() {
    let own = [
      "[   41.7] cloud-init[712]: curl: (7) Failed to connect", "[   41.8] cloud-init[712]: proofback: it ends",
    ]
    let output = ConsoleOutput((["Linux version 6.1"] + own + Self.ending).joined(separator: "\r\n"))
    #expect(output.lastWords == ["Linux version 6.1"] + own && output.trouble == nil)
  }

  @Test func `a console on which our script never printed shows its last lines, and an empty one none`() {
    #expect(ConsoleOutput(Self.ending.joined(separator: "\n")).lastWords == Array(Self.ending.suffix(8)))
    #expect(ConsoleOutput("").lastWords.isEmpty)
  }

  @Test(arguments: ContainerTrouble.allCases)
  func `why there was no container is known by our own words only`(_ trouble: ContainerTrouble) {
    let line = "[   41.7] cloud-init[712]: \(ContainerTrouble.mark)\(trouble.rawValue)"
    let output = ConsoleOutput(([line, "proofback: the instance shuts down"] + Self.ending).joined(separator: "\r\n"))
    #expect(output.trouble == trouble && output.lastWords.last == "proofback: the instance shuts down")
    #expect(ConsoleOutput("\(ContainerTrouble.mark)something else").trouble == nil)
    #expect(ConsoleOutput(trouble.rawValue).trouble == nil)
  }
}
