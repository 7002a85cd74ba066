import Foundation
import Mustache
import ProofbackCore
import Testing

@testable import ProofbackWeb

/// Parts of pages that need no server.
@Suite struct PagePartTests {
  private func inventory(_ rows: [(String, UInt64?)]) -> Inventory {
    var inventory = Inventory()
    inventory.tables = rows.map { TableInventory(database: "shop", name: $0.0, rows: $0.1) }
    return inventory
  }

  @Test func `what came back is held against the last proof`() {
    let old = inventory([("orders", 10), ("items", 10), ("gone", 3), ("same", 1), ("uncounted", 4)])
    let new = inventory([("orders", 12), ("items", 7), ("same", 1), ("new", 1), ("uncounted", nil)])
    let rows = TableRow.all(new, against: old)
    #expect(rows.map(\.name) == ["shop.gone", "shop.orders", "shop.items", "shop.same", "shop.new", "shop.uncounted"])
    #expect(rows.map(\.against) == ["gone: had 3", "2 more", "3 fewer", "same", "new", "not counted"])
    #expect(rows.map(\.isLess) == [true, false, true, false, false, false])
    #expect(TableRow.all(new, against: nil).allSatisfy { $0.against.isEmpty })
    // A run that read nothing back says nothing of what is gone.
    #expect(TableRow.all(nil, against: old).isEmpty)
  }

  @Test func `of very many tables those are shown that somebody should look at`() {
    let old = inventory((0..<3000).map { ("t\($0)", 10) })
    let new = inventory((0..<3000).map { ("t\($0)", $0 == 2500 ? 9 : 11) })
    let rows = TableRow.all(new, against: old)
    #expect(rows.count == TableRow.most)
    #expect(rows.first?.name == "shop.t2500")
  }

  @Test func `a long text is escaped as templates do it`() throws {
    for text in ["", "plain", "<b>&amp;\"quoted\" it's</b>", "ä€😀<é>\0\n", "a=1;b>2 && c<3"] {
      #expect(HTMLText.escaped(text) == MustacheTemplate.escaped(text))
    }
  }

  private struct Card: PagePart {
    static let template = "card"
    var name: String
    var number: Int
  }

  @Test func `a part is rendered once, and another one anew`() throws {
    var library = MustacheLibrary()
    try library.register("<p>{{name}} {{number}}</p>", named: "card")
    let parts = RenderedParts(library)
    let cards = [Card(name: "<a>", number: 1), Card(name: "b", number: 1), Card(name: "<a>", number: 2)]
    for _ in 0..<2 {
      #expect(parts.html(cards) == "<p>&lt;a&gt; 1</p><p>b 1</p><p>&lt;a&gt; 2</p>")
    }
  }

  @Test func `what was not asked for lately is forgotten, and can be asked for again`() throws {
    var library = MustacheLibrary()
    try library.register("{{name}}", named: "card")
    let parts = RenderedParts(library)
    let long = String(repeating: "x", count: 100_000)
    for number in 0..<300 {
      #expect(parts.html(Card(name: "\(number)\(long)", number: number)).hasPrefix("\(number)x"))
    }
    #expect(parts.size < 10_000_000)
    #expect(parts.html(Card(name: "0\(long)", number: 0)).hasPrefix("0x"))
  }

  @Test func `bars of stages lie where the stages did`() {
    let records = [
      StageRecord(name: .fetch, seconds: 4, bytes: 0, begun: 0),
      StageRecord(name: .import, seconds: 5, bytes: 0, begun: 1),
      StageRecord(name: .verify, seconds: 4, bytes: 0, begun: 6),
    ]
    let rows = StageRow.all(records)
    #expect(rows.map(\.start) == [0, 100, 600] && rows.map(\.share) == [400, 500, 400])
    // A report of before: what is known is how long they took.
    let old = StageRow.all(records.map { StageRecord(name: $0.name, seconds: $0.seconds, bytes: 0) })
    #expect(old.map(\.start) == [0, 0, 0] && old.map(\.share) == [800, 1000, 800])
  }

  @Test func `bars are as high as their values, and the smallest is seen`() throws {
    let noon = Date(timeIntervalSince1970: 1_800_000_000)
    let runs = [100.0, 50, 0.01].map { seconds in
      var run = RunRecord(
        id: "r", restoreTest: "t", title: "shop", location: "/x", requestedBy: nil, requested: noon, type: nil)
      (run.state, run.verdict) = (.ended, .passed)
      (run.started, run.ended) = (noon, noon.addingTimeInterval(seconds))
      return run
    }
    let charts = ResultChart.all(runs)
    // No run has a size, so there is nothing to draw of it.
    #expect(charts.map(\.title) == ["Duration"])
    #expect(try #require(charts.first).bars.map(\.height) == [2, 40, 80])
    #expect(charts.first?.summary == "from 0.0 s to 1 min 40 s, the last one 1 min 40 s")
    #expect(ResultChart.all(Array(runs.prefix(1))).isEmpty)
  }

  @Test func `fields of an address are read as forms write them`() {
    #expect(
      Forms.fields("cron=15+3+*+*+mon-fri&find=a%2Bb&empty=") == [
        "cron": "15 3 * * mon-fri", "find": "a+b", "empty": "",
      ])
    #expect(Forms.fields("broken=%zz") == nil)
  }

  @Test func `a file and its folder are told apart`() {
    func parts(_ definition: RestoreTestDefinition) -> [String?] {
      let (file, folder) = FileAndFolder.parts(definition)
      return [file, folder]
    }
    #expect(parts(RestoreTestDefinition(location: "/srv/b/shop.sql")) == ["shop.sql", "/srv/b"])
    #expect(parts(RestoreTestDefinition(location: "/shop.sql")) == ["shop.sql", "/"])
    var folder = RestoreTestDefinition(location: "/srv/b")
    folder.filePattern = "*\u{202e}.sql"
    #expect(parts(folder) == ["*\\u{202e}.sql", "/srv/b"])
  }

  @Test func `scripts are small`() {
    let scripts = PackageResources.live_js.count + PackageResources.forms_js.count
    #expect(scripts < 30_000)
  }
}

extension MustacheTemplate {
  /// As a template shows a text.
  fileprivate static func escaped(_ text: String) -> String {
    (try? MustacheTemplate(string: "{{.}}"))?.render(text) ?? ""
  }
}
