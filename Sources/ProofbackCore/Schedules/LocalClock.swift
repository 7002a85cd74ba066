import Foundation

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date
/// algorithms").
struct CivilDay: Sendable {
  var month: Int
  var day: Int
  /// 0 is Sunday.
  var weekday: Int
  var daysInMonth: Int

  init(number: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    weekday = ((number + 4) % 7 + 7) % 7
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    daysInMonth = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

/// What clocks on the wall of a time zone show.
struct LocalClock: Sendable {
  let zone: TimeZone

  /// Number of the day that `date` is in.
  func day(of date: Date) -> Int {
    Int(((date.timeIntervalSince1970 + Double(offset(date.timeIntervalSince1970))) / 86_400).rounded(.down))
  }

  /// When the clock shows `minute` of a day. A time that it leaps over comes at the leap's end, one that comes twice means
  /// the first.
  func date(day: Int, minute: Int) -> Date {
    let local = Double(day * 86_400 + minute * 60)
    let (before, after) = (offset(local - 86_400), offset(local + 86_400))
    let (early, late) = (local - Double(max(before, after)), local - Double(min(before, after)))
    if before == after || offset(early) == Int(local - early) { return Date(timeIntervalSince1970: early) }
    if offset(late) == Int(local - late) { return Date(timeIntervalSince1970: late) }
    return leap(between: local - 86_400 - Double(before), and: local + 86_400 - Double(after))
  }

  /// All moments at which the clock shows these minutes of a day, in order: none for what it leaps over, two for what it
  /// shows twice.
  func moments(day: Int, minutes: [Int]) -> [Date] {
    let midnight = Double(day * 86_400)
    // No zone is a day away from UTC, and none changes its clock twice within so short a time.
    let offsets = Set([offset(midnight - 86_400), offset(midnight + 2 * 86_400)])
    let moments = offsets.flatMap { offset in
      minutes.map { midnight + Double($0 * 60 - offset) }.filter { offsets.count == 1 || self.offset($0) == offset }
    }
    return moments.sorted().map(Date.init(timeIntervalSince1970:))
  }

  /// The moment at which the offset changes between two times, to the second.
  private func leap(between low: Double, and high: Double) -> Date {
    var (low, high) = (low, high)
    let first = offset(low)
    while high - low > 1 {
      let middle = ((low + high) / 2).rounded(.down)
      if offset(middle) == first { low = middle } else { high = middle }
    }
    return Date(timeIntervalSince1970: high)
  }

  private func offset(_ seconds: Double) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)) }
}
