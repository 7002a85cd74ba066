import ProofbackRestore
import Testing

/// What the heads of dumps tell of the server that they come from.
@Suite struct ScannerHeaderTests {
  struct Head: Sendable, CustomTestStringConvertible {
    var text: String
    var tool: DumpTool
    var flavour: ServerFlavour?
    var version: String?
    var database: String?
    var testDescription: String { "\(tool.rawValue) \(version ?? "")" }
  }

  static let heads = [
    Head(
      text:
        "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n--\n-- Server version: 8.0.36-0ubuntu0.22.04.1\n-- Database: `a`\n",
      tool: .phpMyAdmin, flavour: .mysql, version: "8.0.36", database: "a"),
    Head(
      text: "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n--\n-- Server version: 10.11.6-MariaDB\n", tool: .phpMyAdmin,
      flavour: .mariadb, version: "10.11.6"),
    Head(text: "-- Adminer 4.8.1 MySQL 8.0.36 dump\n", tool: .adminer, flavour: .mysql, version: "8.0.36"),
    Head(text: "-- Adminer 4.8.1 MySQL 11.4.2-MariaDB dump\n", tool: .adminer, flavour: .mariadb, version: "11.4.2"),
    Head(
      text:
        "# ****\n# Sequel Ace SQL dump\n# Version 20050\n#\n# Host: 127.0.0.1 (MySQL 8.0.33)\n# Database: a\n# ****\n",
      tool: .sequel, flavour: .mysql, version: "8.0.33", database: "a"),
    Head(
      text:
        "/*\n Navicat Premium Data Transfer\n\n Source Server Type    : MySQL\n Source Server Version : 80036 (8.0.36)\n Source Schema         : a\n*/\n",
      tool: .navicat, flavour: .mysql, version: "8.0.36", database: "a"),
    Head(
      text: "/*\n Navicat MySQL Data Transfer\n\n Source Server Version : 50744\n Source Database       : a\n*/\n",
      tool: .navicat, flavour: .mysql, version: "5.7.44", database: "a"),
    Head(
      text: "/*\nSQLyog Ultimate v12.09 (64 bit)\nMySQL - 10.4.32-MariaDB : Database - a\n****\n*/\n", tool: .sqlyog,
      flavour: .mariadb, version: "10.4.32", database: "a"),
    Head(
      text:
        "-- --------\n-- Server version:               8.0.30 - MySQL Community Server - GPL\n-- HeidiSQL Version: 12\n",
      tool: .heidiSQL, flavour: .mysql, version: "8.0.30"),
  ]

  @Test(arguments: heads) func `each tool's head tells flavour, version and database`(_ head: Head) throws {
    let dump = try #require(try scan(head.text + "CREATE TABLE `t` (`id` int);\n").claims.dumps.first)
    #expect(dump.tool == head.tool)
    #expect(dump.flavour == head.flavour)
    #expect(dump.version?.description == head.version)
    #expect(dump.database == head.database)
  }
}
