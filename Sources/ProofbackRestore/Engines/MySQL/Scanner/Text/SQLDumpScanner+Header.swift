/// The head of a dump: which tool wrote it, from which server.
extension SQLDumpScanner {
  mutating func readHeader(_ comment: Substring, line: Int) -> Bool {
    let header: DumpHeader?
    if comment.hasPrefix("MySQL dump ") || comment.hasPrefix("MariaDB dump ") {
      header = classicHeader(comment, line: line)
    } else if comment.hasPrefix("phpMyAdmin SQL Dump") {
      header = DumpHeader(tool: .phpMyAdmin, line: line)
    } else if comment.hasPrefix("Adminer ") && comment.contains("dump") {
      header = adminerHeader(comment, line: line)
    } else if comment.hasPrefix("Sequel Pro SQL dump") || comment.hasPrefix("Sequel Ace SQL dump") {
      header = DumpHeader(tool: .sequel, line: line)
    } else if comment.hasPrefix("Dump created by MySQL pump utility") {
      let version = comment.components(after: "version: ")?.prefix { $0 != "," }
      header = DumpHeader(tool: .mysqlpump, toolVersion: version.map(String.init), flavour: .mysql, line: line)
    } else if comment.hasPrefix("mysqldump-php ") {
      header = DumpHeader(tool: .mysqldumpPHP, line: line)
    } else {
      header = nil
    }
    if let header, claims.dumps.append(header, upTo: DumpClaims.Limit.names) { section = nil }
    return header != nil
  }

  /// `MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)`; `MariaDB dump 10.19-11.4.2-MariaDB, for debian-linux-gnu (x86_64)`.
  private func classicHeader(_ comment: Substring, line: Int) -> DumpHeader {
    let isMariaDB = comment.contains("MariaDB")
    let version = comment.components(after: " dump ")?.prefix { $0 != "," } ?? ""
    let words = version.split(separator: " ").filter { $0 != "Distrib" }
    return DumpHeader(
      tool: comment.hasPrefix("MariaDB") ? .mariadbDump : .mysqldump,
      toolVersion: words.isEmpty ? nil : String(words.joined(separator: " ").prefix(80)),
      flavour: isMariaDB ? .mariadb : .mysql, line: line)
  }

  /// `Adminer 4.8.1 MySQL 8.0.36 dump`, `Adminer 4.8.1 MySQL 10.11.6-MariaDB dump`.
  private func adminerHeader(_ comment: Substring, line: Int) -> DumpHeader {
    let words = comment.split(separator: " ").map(String.init)
    var header = DumpHeader(
      tool: .adminer, toolVersion: words.count > 1 ? String(words[1].prefix(40)) : nil, line: line)
    if words.count > 3 { header.tellServer(words[3]) }
    if comment.contains("MariaDB") { header.flavour = .mariadb }
    return header
  }

  /// Lines of a header that follow its first one.
  mutating func readDetail(_ comment: Substring, line: Int) -> Bool {
    if comment.hasPrefix("HeidiSQL Version:") || comment.hasPrefix("HeidiSQL ") {
      let version = comment.components(after: ":")?.drop { $0 == " " }.prefix(40).map(String.init).joined()
      claims.dumps[headerIndex(or: .heidiSQL)].toolVersion = version
      return true
    }
    if let version = comment.components(after: "Server version") ?? comment.components(after: "Server Version") {
      let value = version.drop { $0 == ":" || $0 == " " || $0 == "\t" }
      guard !value.isEmpty else { return false }
      noteTab(version, line: line)
      claims.dumps[headerIndex(or: .heidiSQL)].tellServer(value)
      return true
    }
    guard let last = claims.dumps.indices.last else { return false }
    switch claims.dumps[last].tool {
    case .phpMyAdmin: return readPHPMyAdmin(comment, last)
    case .sequel: return readSequel(comment, last)
    default: break
    }
    if comment.hasPrefix("Host: "), let name = comment.components(after: "Database: ") {
      claims.dumps[last].database = name.isEmpty ? nil : String(name.prefix(64))
      return true
    }
    return false
  }

  /// mysqldump and mariadb-dump write a tab there (client/mysqldump.cc, write_header); blanks are some tool's, which
  /// changed the tabs of rows too.
  private mutating func noteTab(_ version: Substring, line: Int) {
    guard [.mysqldump, .mariadbDump].contains(claims.dumps.last?.tool), version.hasPrefix("  ") else { return }
    claims.blanksChangedLine = claims.blanksChangedLine ?? line
  }

  private mutating func readPHPMyAdmin(_ comment: Substring, _ index: Int) -> Bool {
    if let version = comment.components(after: "version ") {
      claims.dumps[index].toolVersion = String(version.prefix(40))
      return true
    }
    guard comment.hasPrefix("Database: `") else { return false }
    claims.dumps[index].database = String(comment.dropFirst("Database: `".count).prefix { $0 != "`" }.prefix(64))
    return true
  }

  /// `Host: 127.0.0.1 (MySQL 8.0.33)`, `Database: shop`.
  private mutating func readSequel(_ comment: Substring, _ index: Int) -> Bool {
    if comment.hasPrefix("Host: "), let server = comment.components(after: "(MySQL ") {
      claims.dumps[index].tellServer(server.prefix { $0 != ")" })
      return true
    }
    guard comment.hasPrefix("Database: ") else { return false }
    claims.dumps[index].database = String(comment.dropFirst("Database: ".count).prefix(64))
    return true
  }

  /// The newest header; made when the dump's first lines come before the one that names the tool (HeidiSQL).
  private mutating func headerIndex(or tool: DumpTool) -> Int {
    if claims.dumps.isEmpty { claims.dumps.append(DumpHeader(tool: tool, line: 1)) }
    return claims.dumps.count - 1
  }

  /// Navicat: `Source Server Version : 80036 (8.0.36)` or `50744`, `Source Schema : shop`. SQLyog: `MySQL - 5.7.21 : Database - shop`.
  mutating func readBlockComment(_ text: UnsafeBufferPointer<UInt8>, line: Int) {
    let comment = String(decoding: text.prefix(1_000), as: UTF8.self)
    noteCommentedOut(comment.dropFirst(2).drop { $0.isWhitespace }, line: line)
    guard claims.dumps.isEmpty else { return }
    if comment.contains("Navicat") {
      var header = DumpHeader(tool: .navicat, line: line)
      for line in comment.split(whereSeparator: \.isNewline) { header.readNavicat(line) }
      claims.dumps.append(header)
    } else if comment.contains("SQLyog") {
      var header = DumpHeader(tool: .sqlyog, line: line)
      if let server = comment[...].components(after: "MySQL - ") {
        header.tellServer(server.prefix { !$0.isWhitespace })
        header.database = server.components(after: "Database - ").map { String($0.prefix { !$0.isNewline }.prefix(64)) }
      }
      claims.dumps.append(header)
    }
  }
}

extension DumpHeader {
  /// Takes a server's version as a header writes it. MariaDB's own releases begin at 10.0, MySQL's end before; where it
  /// is not said, the number tells.
  mutating func tellServer(_ text: some StringProtocol) {
    serverVersion = String(text.prefix(80))
    if text.contains("MariaDB") {
      flavour = .mariadb
    } else if let version {
      // The tool may be the other flavour's: mariadb-dump dumps MySQL servers too.
      flavour = version.major >= 10 ? .mariadb : .mysql
    } else if flavour == nil, text.contains("MySQL") {
      flavour = .mysql
    }
  }

  fileprivate mutating func readNavicat(_ line: Substring) {
    guard let colon = line.firstIndex(of: ":") else { return }
    let key = line[..<colon].split(separator: " ").joined(separator: " ")
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    switch key {
    case "Source Server Type":
      flavour = value.hasPrefix("MariaDB") ? .mariadb : value.hasPrefix("MySQL") ? .mysql : flavour
    case "Source Server Version":
      if let plain = value.components(after: "(") {
        tellServer(plain.prefix { $0 != ")" })
      } else if let number = Int(value.prefix { $0.isNumber }) {
        tellServer("\(number / 10_000).\(number / 100 % 100).\(number % 100)")
      }
    case "Source Schema", "Source Database": database = value.isEmpty ? nil : String(value.prefix(64))
    default: break
    }
  }
}
