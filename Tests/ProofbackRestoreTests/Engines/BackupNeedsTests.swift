import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// Which image a backup's first bytes lead to.
@Suite struct BackupNeedsTests {
  /// The first lines of a dump, what is read from them, and the image of the usual table.
  struct Head: Sendable, CustomTestStringConvertible {
    var text: String
    var type: String
    var version: String?
    var image: String
    var features: [String] = []
    var testDescription: String { "\(type) \(version ?? "?") → \(image)" }
  }

  private static func mysqldump(_ distribution: String, _ server: String, _ rest: String = "") -> String {
    """
    -- MySQL dump 10.13  Distrib \(distribution), for Linux (x86_64)
    --
    -- Host: localhost    Database: shop
    -- ------------------------------------------------------
    -- Server version\t\(server)

    /*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
    \(rest)
    """
  }

  private static func mariaDBDump(_ tool: String, _ server: String) -> String {
    """
    /*M!999999\\- enable the sandbox mode */\u{20}
    -- MariaDB dump \(tool), for debian-linux-gnu (x86_64)
    --
    -- Host: localhost    Database: shop
    -- ------------------------------------------------------
    -- Server version\t\(server)

    """
  }

  private static func pgDump(_ server: String, _ tool: String, _ rest: String = "") -> String {
    """
    --
    -- PostgreSQL database dump
    --

    -- Dumped from database version \(server)
    -- Dumped by pg_dump version \(tool)

    SET statement_timeout = 0;
    \(rest)
    """
  }

  private static let gtid = "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '4e3fb8c2-ea77-11f1-9d2e-471fc47c2235:1-25';"
  private static let rocks = "CREATE TABLE `t` (\n  `id` int NOT NULL\n) ENGINE=ROCKSDB DEFAULT CHARSET=utf8mb4;"

  private static let mysql = [
    Head(text: mysqldump("5.7.44", "5.7.44-log"), type: "mysql", version: "5.7.44-log", image: "mysql:5.7"),
    Head(text: mysqldump("8.0.41", "8.0.41"), type: "mysql", version: "8.0.41", image: "mysql:8.0"),
    Head(
      text: mysqldump("8.0.41", "8.0.41", gtid), type: "mysql", version: "8.0.41", image: "mysql:8.0",
      features: ["GTIDs"]),
    Head(text: mysqldump("8.4.3", "8.4.3"), type: "mysql", version: "8.4.3", image: "mysql:8.4"),
    Head(text: mysqldump("9.7.4", "9.7.4-2"), type: "mysql", version: "9.7.4-2", image: "mysql:9.7"),
    Head(
      text: mysqldump("8.0.36-28", "8.0.36-28", rocks), type: "mysql", version: "8.0.36-28",
      image: "percona/percona-server:8.0", features: ["the storage engine rocksdb"]),
    Head(
      text: mysqldump("8.0.32", "8.0.mysql_aurora.3.05.2"), type: "mysql", version: "8.0.mysql_aurora.3.05.2",
      image: "mysql:8.0"),
    // The tool of one flavour, the server of the other.
    Head(
      text: mysqldump("8.0.41", "5.5.5-10.6.18-MariaDB-log"), type: "mariadb", version: "10.6.18-MariaDB-log",
      image: "mariadb:10.6"),
    Head(
      text: mariaDBDump("10.19-11.4.2-MariaDB", "8.0.41"), type: "mysql", version: "8.0.41", image: "mysql:8.0"),
    // No header: what tells the flavour chooses it, and no version is known.
    Head(
      text: "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\n" + gtid, type: "mysql", version: nil,
      image: "mysql:8.4", features: ["GTIDs"]),
  ]

  private static let mariadb = [
    Head(
      text:
        "-- MySQL dump 10.19  Distrib 10.3.39-MariaDB, for debian-linux-gnu (x86_64)\n-- Server version\t10.3.39-MariaDB-0+deb10u2\n",
      type: "mariadb", version: "10.3.39-MariaDB-0+deb10u2", image: "mariadb:10.3"),
    Head(
      text: mariaDBDump("10.19  Distrib 10.11.6-MariaDB", "10.11.6-MariaDB-0+deb12u1"), type: "mariadb",
      version: "10.11.6-MariaDB-0+deb12u1", image: "mariadb:10.11"),
    Head(
      text: mariaDBDump("10.19-11.8.3-MariaDB", "11.8.3-MariaDB-1:11.8.3+maria~deb12"), type: "mariadb",
      version: "11.8.3-MariaDB-1:11.8.3+maria~deb12", image: "mariadb:11.8"),
    Head(
      text: "/*M!999999\\- enable the sandbox mode */ \nCREATE TABLE `t` (`id` int);\n", type: "mariadb",
      version: nil, image: "mariadb:11.8"),
    // A word in a row makes no MariaDB of it.
    Head(
      text: mysqldump("8.0.41", "8.0.41", "INSERT INTO `t` VALUES (1,'MariaDB');\n"), type: "mysql",
      version: "8.0.41", image: "mysql:8.0"),
  ]

  private static let postgresql = [
    Head(text: pgDump("9.6.24", "9.6.24"), type: "postgresql", version: "9.6.24", image: "postgres:9.6"),
    Head(text: pgDump("12.22", "17.2"), type: "postgresql", version: "12.22", image: "postgres:12"),
    Head(
      text: pgDump("15.18 (Debian 15.18-0+deb12u1)", "15.18"), type: "postgresql", version: "15.18",
      image: "postgres:15"),
    Head(text: pgDump("18beta1", "18beta1"), type: "postgresql", version: "18beta1", image: "postgres:18"),
    Head(
      text: pgDump("16.4", "16.4", "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;"), type: "postgresql",
      version: "16.4", image: "postgis/postgis:16-3.5", features: ["the extension postgis"]),
    Head(
      text: pgDump("17.2", "17.2", "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;"), type: "postgresql",
      version: "17.2", image: "pgvector/pgvector:pg17", features: ["the extension vector"]),
    Head(
      text: pgDump("16.4", "16.4", "CREATE EXTENSION IF NOT EXISTS timescaledb WITH SCHEMA public;"),
      type: "postgresql", version: "16.4", image: "timescale/timescaledb-ha:pg16",
      features: ["the extension timescaledb"]),
    Head(
      text: pgDump("16.4", "16.4", "CREATE EXTENSION IF NOT EXISTS plpgsql;\nCREATE EXTENSION hstore;"),
      type: "postgresql", version: "16.4", image: "postgres:16", features: ["the extension hstore"]),
  ]

  private func needs(_ head: ContentHead) throws -> BackupNeeds {
    let engines: [any Engine] = [MySQLEngine(), PostgreSQLEngine(), MongoDBEngine()]
    let found = engines.compactMap { engine in engine.recognise(head).map { (engine, $0) } }
    let (engine, recognition) = try #require(found.first { $0.1.isCertain } ?? found.first)
    return engine.needs(head, as: recognition.type)
  }

  @Test(arguments: mysql + mariadb + postgresql)
  func `the head of a dump leads to the image of the server that it comes from`(_ head: Head) throws {
    let needs = try needs(ContentHead(bytes: Array(head.text.utf8), fileName: "x"))
    #expect(needs.type.rawValue == head.type && needs.version == head.version)
    #expect(needs.features == head.features)
    #expect(ImageTable.usual.image(for: needs)?.image == head.image)
  }

  /// `pg_dump -Fc` of these servers (pg_backup_archiver.c, WriteHead): the format's version, one byte for the compression
  /// from 1.15 on.
  @Test(
    arguments: [
      (12, "9.6.24", "postgres:9.6"), (13, "10.23", "postgres:10"), (14, "15.18 (Debian)", "postgres:15"),
      (15, "16.4", "postgres:16"), (16, "17.12 (Debian 17.12-0+deb13u1)", "postgres:17"), (16, "18.0", "postgres:18"),
    ] as [(UInt8, String, String)])
  func `the header of an archive tells the server, whatever format it is`(
    _ format: UInt8, _ version: String, _ image: String
  ) throws {
    let bytes = PostgreSQLArchiveMaker(format: format, server: version).head + Array("…".utf8)
    let needs = try needs(ContentHead(bytes: bytes, fileName: "x"))
    #expect(needs.version == version)
    #expect(ImageTable.usual.image(for: needs)?.image == image)
  }

  @Test(arguments: [("4.4.29", "mongo:4.4"), ("6.0.19", "mongo:6.0"), ("7.0.14", "mongo:7.0"), ("8.0.4", "mongo:8.0")])
  func `mongodump's archives tell theirs`(_ version: String, _ image: String) throws {
    let needs = try needs(ContentHead(bytes: ArchiveMaker.shop(server: version), fileName: "x"))
    #expect(needs.version == version && ImageTable.usual.image(for: needs)?.image == image)
  }

  @Test func `a feature compatibility version that is in the head is named`() throws {
    var archive = ArchiveMaker()
    archive.begin([("admin", "system.version", ArchiveMaker.metadata("system.version"), "collection")], server: "7.0.5")
    let document = BSONMaker().text("_id", "featureCompatibilityVersion").text("version", "6.0").bytes
    archive.block("admin", "system.version", [document])
    let needs = try needs(ContentHead(bytes: archive.bytes, fileName: "x"))
    #expect(needs.features == ["featureCompatibilityVersion 6.0"])
  }

  @Test func `a folder's prelude tells the server`() throws {
    let head = ContentHead(
      bytes: Array(#"{"ServerVersion":"6.0.5","ToolVersion":"100.9.4"}"#.utf8),
      memberNames: ["dump/prelude.json", "dump/shop/orders.bson"], fileName: "x")
    #expect(try needs(head).version == "6.0.5")
  }
}
