import Foundation
import ProofbackCore

/// When a column's moments were.
struct MomentSketch {
  private var days: [Int: UInt64] = [:]
  private var newestNow = Int.min
  private let now: Int
  private var moments: UInt64 = 0
  private var future: UInt64 = 0

  init(asOf: Date) { now = Int(asOf.timeIntervalSince1970) }

  /// A column of moments in all of history is a hostile one.
  private static let mostDays = 50_000
  /// Days before the newest that are kept one by one.
  static let recentDays = 62
  /// Of numbers, those that are seconds of these years.
  private static let seconds = 946_684_800.0...4_102_444_800.0
  private var numbers: UInt64 = 0
  private var strangers: UInt64 = 0
  private var texts: UInt64 = 0

  /// - Returns: minute and second of the hour, which a change of the time zone leaves as they are; and the hour.
  mutating func add(_ bytes: UnsafeRawBufferPointer) -> CellShape {
    guard let moment = Moment(bytes) else { return CellShape(first: 255) }
    return add(moment)
  }

  mutating func add(_ moment: Moment) -> CellShape {
    texts += 1
    take(moment)
    return CellShape(
      first: UInt8(truncatingIfNeeded: (moment.second % 3600) % 251 + moment.microsecond / 1000),
      second: UInt8(truncatingIfNeeded: moment.second / 3600))
  }

  /// A number may be a moment, too: seconds or milliseconds since 1970.
  mutating func addNumber(_ value: Double) {
    guard value != 0 else { return }
    guard strangers == 0 else { return }
    numbers += 1
    if Self.seconds.contains(value) {
      take(Moment(secondsSince1970: Int(value)))
    } else if Self.seconds.contains(value / 1000) {
      take(Moment(secondsSince1970: Int(value / 1000)))
    } else {
      strangers += 1
      days = [:]
    }
  }

  /// A text may be a moment, too; the first that is none ends it.
  mutating func addText(_ bytes: UnsafeRawBufferPointer) {
    guard strangers == 0 else { return }
    guard let moment = Moment(bytes) else {
      strangers += 1
      days = [:]
      return
    }
    numbers += 1
    take(moment)
  }

  private mutating func take(_ moment: Moment) {
    if days.count < Self.mostDays || days[moment.day] != nil { days[moment.day, default: 0] += 1 }
    let seconds = moment.secondsSince1970
    moments += 1
    // Clocks differ by some hours.
    if seconds > now + 86400 { future += 1 } else if seconds > newestNow { newestNow = seconds }
  }

  func finish(_ profile: inout ColumnProfile) {
    guard texts > 0 || strangers == 0 && numbers > 0 else { return }
    // Numbers that reach into the future are of another kind.
    if texts == 0, future > 0 { return }
    for (day, count) in days { profile.months[Moment(secondsSince1970: day * 86400).month, default: 0] += count }
    // A column of what is to come says nothing of when the data was written.
    guard newestNow > Int.min, profile.kind != .date, future * 100 <= moments else { return }
    profile.newest = Date(timeIntervalSince1970: Double(newestNow))
    let last = newestNow / 86400
    for (day, count) in days where day <= last && day > last - Self.recentDays { profile.days[day] = count }
  }
}
