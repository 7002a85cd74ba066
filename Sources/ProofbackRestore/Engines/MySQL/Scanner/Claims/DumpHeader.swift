import Foundation

/// The tool that wrote a dump.
public enum DumpTool: String, Sendable, Equatable, Codable {
  case mysqldump
  case mariadbDump = "mariadb-dump"
  case mysqlpump, mydumper, phpMyAdmin, adminer, heidiSQL
  case mysqldumpPHP = "mysqldump-php"
  case navicat, sqlyog
  /// Sequel Pro and its successor Sequel Ace.
  case sequel
}

/// One dump's header comment and its trailer.
public struct DumpHeader: Sendable, Equatable, Codable {
  public var tool: DumpTool
  /// As the header writes it: `10.13`, `10.19-11.4.2-MariaDB`.
  public var toolVersion: String?
  public var flavour: ServerFlavour?
  /// `Server version` of the header, text and all.
  public var serverVersion: String?
  /// nil: the header names none (several databases, or none).
  public var database: String?
  public var line: Int
  /// `-- Dump completed` (or this tool's like of it) was seen.
  public var hasTrailer = false
  public var trailerLine: Int?
  /// The trailer's own text after `Dump completed`: `on 2026-11-22  2:15:07`, when it has a date.
  public var completedOn: String?

  public init(tool: DumpTool, toolVersion: String? = nil, flavour: ServerFlavour? = nil, line: Int) {
    self.tool = tool
    self.toolVersion = toolVersion
    self.flavour = flavour
    self.line = line
  }

  /// Header and trailer are written or left out together by these tools (`--skip-comments`), so that a header without a
  /// trailer means that the tool did not come to its end.
  public var writesTrailer: Bool {
    switch tool {
    case .mysqldump, .mariadbDump, .mysqlpump, .mysqldumpPHP: true
    case .mydumper, .phpMyAdmin, .adminer, .heidiSQL, .navicat, .sqlyog, .sequel: false
    }
  }

  /// These tools escape values with mysql_real_escape_string, which writes a NUL as `\0`.
  var escapesNULs: Bool { writesTrailer || tool == .mydumper }

  /// Year, month, day, hour, minute and second of `on 2026-11-22  2:15:07`.
  static func numbers(of completedOn: String) -> [Int] {
    completedOn.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
  }

  /// When it was completed, by the clock of the machine that dumped, taken for UTC.
  var completedAt: Date? {
    let numbers = completedOn.map(Self.numbers) ?? []
    guard numbers.count >= 6, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
    let seconds = Moment.day(numbers[0], numbers[1], numbers[2]) * 86400 + numbers[3] * 3600 + numbers[4] * 60
    return Date(timeIntervalSince1970: Double(seconds + numbers[5]))
  }

  /// The server's version, as far as the header tells.
  public var version: ServerVersion? { serverVersion.flatMap { ServerVersion($0) } }
}
