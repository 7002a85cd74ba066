import Foundation
import ProofbackCore
import ProofbackStore
import Testing

/// The page of all runs, by its address.
@Suite(.serialized) struct RunListTests {
  @Test func `all runs are filtered and paged by the address, and the form keeps what was chosen`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let database = try StateDatabase(path: kit.folder + "/state/state.sqlite")
    let ada = try #require(try People(database).all().first)
    let runs = Runs(database)
    for number in 0..<60 {
      let actor = Actor(person: ada.id, at: Date(timeIntervalSinceNow: Double(number) - 86_400), address: "")
      let run = try runs.request(
        RestoreTestDefinition(location: "/srv/\(number).sql"), title: "nightly \(number)", restoreTest: nil, by: actor)
      _ = try runs.cancel(run.id, by: actor)
    }
    let first = try await manager.get("/runs").text
    #expect(first.contains("nightly 59<") && !first.contains("nightly 9<") && !first.contains("Newer runs"))
    let older = try #require(first.firstMatch(of: /href="(\/runs\?older=[0-9]+)">Older/)).output.1
    let second = try await manager.get(String(older)).text
    #expect(second.contains("nightly 9<") && !second.contains("nightly 10<") && !second.contains("Older runs"))
    let newer = try #require(second.firstMatch(of: /href="(\/runs\?newer=[0-9]+)">Newer/)).output.1
    #expect(try await manager.get(String(newer)).text.contains("nightly 59<"))
    let found = try await manager.get("/runs?q=nightly+42&state=inconclusive&from=2020-01-01").text
    #expect(found.contains("1 run.") && found.contains("nightly 42<"))
    #expect(found.contains("value=\"nightly 42\"") && found.contains("value=\"2020-01-01\""))
    #expect(found.contains("<option value=\"inconclusive\" selected>"))
    let paged = try await manager.get("/runs?q=%22nightly%22%26&state=inconclusive").text
    #expect(paged.contains("q=%22nightly%22%26&amp;state=inconclusive&amp;older="))
    #expect(try await manager.get("/runs?state=failed").text.contains("No run is like that."))
    let wrong = try await manager.get("/runs?from=yesterday&state=passed")
    #expect(
      wrong.status == 422 && wrong.text.contains("yesterday is no date") && wrong.text.contains("selected>proven"))
  }

  @Test func `home shows fifty schedules a page`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let database = try StateDatabase(path: kit.folder + "/state/state.sqlite")
    let ada = try #require(try People(database).all().first)
    for number in 0..<55 {
      _ = try Schedules(database).add(
        name: "nightly \(number)", RestoreTestDefinition(location: "/srv/\(number).sql"),
        ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver,
        by: Actor(person: ada.id, at: Date(), address: ""))
    }
    for (page, rows) in [("/", 50), ("/?page=2", 5), ("/?page=99", 5), ("/?page=-1", 50), ("/?page=x", 50)] {
      let text = try await manager.get(page).text
      #expect(text.matches(of: /href="\/schedules\/[a-z0-9]{16}"/).count == rows, "\(page)")
      #expect(text.contains("No backup has been tested yet.") && text.contains("href=\"/?page=2#schedules\""))
    }
  }
}
