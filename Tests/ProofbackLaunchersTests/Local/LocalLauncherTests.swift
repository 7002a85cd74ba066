import Foundation
import Glibc
import ProofbackCore
import ProofbackLaunchers
import ProofbackSystem
import SystemPackage
import Testing

@Suite(.serialized) struct LocalLauncherTests {
  @Test func aWorkersEventsAndReportArrive() async throws {
    let place = try LauncherPlace()
    let events = EventLog()
    let report = try await place.launcher.launch(place.assignment("report"), events: events)
    #expect(report.verdict == .passed && report.runID == "run-1")
    #expect(events.logs == ["hello"])
    #expect(FileManager.default.fileExists(atPath: place.state.runs.string))
    #expect(!FileManager.default.fileExists(atPath: place.state.runFolder("run-1").string))
    await place.leave()
  }

  @Test func progressIsThinnedOutAndTheReportStillComes() async throws {
    let place = try LauncherPlace()
    let events = EventLog()
    let report = try await place.launcher.launch(place.assignment("chatter"), events: events)
    #expect(report.verdict == .passed)
    #expect(events.all.count < 100_001)
    await place.leave()
  }

  @Test(arguments: [("exit", "exit code 9"), ("crash", "signal")])
  func aWorkerThatEndsWithoutAReportIsTrouble(_ behaviour: String, _ how: String) async throws {
    let place = try LauncherPlace()
    let trouble = await #expect(throws: RunTrouble.self) {
      _ = try await place.launcher.launch(place.assignment(behaviour), events: EventLog())
    }
    #expect(trouble?.finding.code.rawValue == "run.worker-died")
    #expect(trouble?.finding.consequence == .inconclusive)
    if behaviour == "exit" { #expect(trouble?.finding.message.contains(how) == true) }
    #expect(!FileManager.default.fileExists(atPath: place.state.runFolder("run-1").string))
    await place.leave()
  }

  @Test func aWorkerThatIsNotThereIsTrouble() async throws {
    let place = try LauncherPlace()
    let launcher = LocalLauncher(worker: Command("/no/such/worker"), patience: 1)
    let trouble = await #expect(throws: RunTrouble.self) {
      _ = try await launcher.launch(place.assignment("report"), events: EventLog())
    }
    #expect(trouble?.finding.code.rawValue == "run.worker-died")
    await place.leave()
  }

  @Test func linesThatAreNoEventsAreToldOnce() async throws {
    let place = try LauncherPlace()
    let events = EventLog()
    let report = try await place.launcher.launch(place.assignment("nonsense"), events: events)
    #expect(report.verdict == .passed)
    #expect(events.logs == ["the worker sent a line that is no event"])
    await place.leave()
  }

  @Test func cancellingEndsTheRunInOrderAndStillReports() async throws {
    let place = try LauncherPlace()
    let events = EventLog()
    let marker = "40\(UInt32.random(in: 1_000_000...9_999_999))"
    let run = Task { try await place.launcher.launch(place.assignment(marker), events: events) }
    #expect(await LauncherPlace.eventually(within: 60) { events.logs.contains("holding") }, "\(events.all)")
    #expect(await LauncherPlace.eventually { LauncherPlace.processes(with: marker).count >= 6 })
    run.cancel()
    #expect(try await run.value.verdict == .passed)
    #expect(LauncherPlace.processes(with: marker).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.state.runFolder("run-1").string))
    await place.leave()
  }

  @Test func aWorkerThatDoesNotListenIsKilledWhenCancelled() async throws {
    let place = try LauncherPlace()
    let run = Task { try await place.launcher.launch(place.assignment("deaf"), events: EventLog()) }
    try await Task.sleep(for: .seconds(1))
    let begun = Date()
    run.cancel()
    await #expect(throws: RunTrouble.self) { _ = try await run.value }
    #expect(Date().timeIntervalSince(begun) < 60)
    await place.leave()
  }

  @Test func twoRunsOfOneIdAreRefused() async throws {
    let place = try LauncherPlace()
    let folder = try RunFolder.make(in: place.state, runID: "run-1", deadline: .distantFuture)
    let trouble = await #expect(throws: RunTrouble.self) {
      _ = try await place.launcher.launch(place.assignment("report"), events: EventLog())
    }
    #expect(trouble?.finding.code.rawValue == "run.no-folder")
    #expect(await folder.remove().isEmpty)
    await place.leave()
  }

  @Test func aWorkerOutsideANamespaceOfItsOwnWritesNoKey() throws {
    let place = try LauncherPlace()
    #expect(throws: RunTrouble.self) { _ = try RunNamespace.prepareKeyFolder(in: place.state.path) }
    rmdir(place.state.path.string)
  }
}
