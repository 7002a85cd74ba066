import Foundation
public import GRDB

/// Rows of the state: times are milliseconds since 1970, so that they sort and compare as numbers.
public protocol Record: Codable, FetchableRecord, PersistableRecord {}

extension Record {
  public static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy {
    .millisecondsSince1970
  }
  public static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy {
    .millisecondsSince1970
  }
}

extension Date {
  /// As the state keeps it.
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
