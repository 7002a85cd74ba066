import Foundation
import ProofbackCore

/// A schedule's line on home.
struct ScheduleRow: PagePart {
  static let template = "scheduleRow"

  var id: String
  var name: String
  var file: String
  var `where`: String?
  var mark: String
  var word: String
  var proven: Moment?
  var next: Moment?
  /// Why there is no next time.
  var noNext: String
  var strip: String
  var stripText: String
  var hasStrip: Bool

  /// - Parameter servers: names of the backup servers, by their ids.
  init(_ one: ScheduleStanding, servers: [String: String], now: Date) {
    let (schedule, standing) = (one.schedule, one.standing)
    let zone = schedule.rule.timeZone
    id = schedule.id
    name = schedule.test.name
    (file, `where`) = FileAndFolder.parts(schedule.test.definition, servers: servers)
    let state = standing.verdict.map { ProofState($0) }
    mark = state?.mark ?? "never"
    word = state?.word ?? "never tested"
    proven = standing.proven.map { Moment($0, now: now, zone: zone) }
    next = schedule.paused == nil ? schedule.next.map { Moment($0, now: now, zone: zone) } : nil
    noNext = schedule.paused != nil ? "stopped" : "over"
    strip = Strip.html(standing.recent, most: 30)
    stripText = Strip.text(standing.recent.prefix(30).map { ProofState($0) })
    hasStrip = !standing.recent.isEmpty
  }
}

/// A backup's file and where it lies, as text of others.
enum FileAndFolder {
  /// - Parameter servers: names of the backup servers, by their ids.
  static func parts(
    _ definition: RestoreTestDefinition, servers: [String: String] = [:]
  ) -> (file: String, folder: String?) {
    let location = UntrustedText.line(definition.location, limit: 300)
    guard definition.server == nil else { return onServer(definition, location, servers) }
    if let pattern = definition.filePattern { return (UntrustedText.line(pattern, limit: 200), location) }
    guard let slash = location.lastIndex(of: "/"), location.index(after: slash) < location.endIndex else {
      return (location, nil)
    }
    return (
      String(location[location.index(after: slash)...]), slash == location.startIndex ? "/" : String(location[..<slash])
    )
  }
  private static func onServer(
    _ definition: RestoreTestDefinition, _ location: String, _ servers: [String: String]
  ) -> (file: String, folder: String?) {
    let place = "\(place(definition, servers: servers))"
    return definition.filePattern.map { (UntrustedText.line($0, limit: 200), place) } ?? (place, nil)
  }

  /// `db1:/srv/backups`; on this machine the location alone.
  static func place(_ definition: RestoreTestDefinition, servers: [String: String]) -> String {
    let server = definition.server.map { "\(UntrustedText.line(servers[$0] ?? $0, limit: 100)):" } ?? ""
    return server + UntrustedText.line(definition.location, limit: 400)
  }
}
