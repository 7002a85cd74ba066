/// A date and time as DBMSs write them, read without formatters: there are millions.
struct Moment: Equatable {
  /// Days since 1970.
  var day: Int
  /// Of the day, in UTC where the text has an offset.
  var second: Int
  /// Millionths of the second.
  var microsecond: Int

  var secondsSince1970: Int { day * 86400 + second }
  var year: Int { Self.civil(day).year }
  /// Months since January of the year 0.
  var month: Int {
    let civil = Self.civil(day)
    return civil.year * 12 + civil.month - 1
  }

  init(secondsSince1970 seconds: Int, microsecond: Int = 0) {
    day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    second = seconds - day * 86400
    self.microsecond = microsecond
  }

  /// `2026-11-22`, `2026-11-22 02:10:00.123`, `2026-11-22T02:10:00Z`, `2026-11-22 02:10:00+00`; nil for anything else,
  /// `0000-00-00` among it.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = DigitReader(bytes)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let date = reader.number(2), (1...12).contains(month), (1...31).contains(date)
    else { return nil }
    day = Self.day(year, month, date)
    second = 0
    microsecond = 0
    if reader.isAtEnd { return }
    guard reader.skip(" ") || reader.skip("T"), let hour = reader.number(2), reader.skip(":"),
      let minute = reader.number(2), reader.skip(":"), let second = reader.number(2)
    else { return nil }
    self.second = hour * 3600 + minute * 60 + second
    if reader.skip(".") { microsecond = reader.fraction() }
    if reader.skip("Z") || reader.isAtEnd { return }
    let sign = reader.skip("+") ? -1 : reader.skip("-") ? 1 : 0
    guard sign != 0, let hours = reader.number(2) else { return nil }
    var offset = hours * 3600
    if reader.skip(":"), let minutes = reader.number(2) { offset += minutes * 60 }
    self = Moment(secondsSince1970: secondsSince1970 + sign * offset, microsecond: microsecond)
  }

  /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  static func day(_ year: Int, _ month: Int, _ date: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  /// The same, civil_from_days.
  static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * ofYear + 2) / 153
    let result = month < 10 ? month + 3 : month - 9
    return (yearOfEra + era * 400 + (result <= 2 ? 1 : 0), result, ofYear - (153 * month + 2) / 5 + 1)
  }
}

/// Digits at the front of some bytes.
struct DigitReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }
  var isAtEnd: Bool { place == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  /// A number of so many digits.
  mutating func number(_ digits: Int) -> Int? {
    guard place + digits <= bytes.count else { return nil }
    var result = 0
    for index in place..<place + digits {
      let digit = Int(bytes[index]) - 48
      guard (0...9).contains(digit) else { return nil }
      result = result * 10 + digit
    }
    place += digits
    return result
  }

  /// Digits behind a point, as millionths.
  mutating func fraction() -> Int {
    var result = 0
    var unit = 100_000
    while place < bytes.count, (48...57).contains(bytes[place]) {
      result += (Int(bytes[place]) - 48) * unit
      unit /= 10
      place += 1
    }
    return result
  }
}
