import ProofbackRestore
import Testing

@Suite struct RecogniserTests {
  private func answer(_ text: String) -> SQLDumpRecogniser.Answer { SQLDumpRecogniser().recognise(Array(text.utf8)) }

  @Test func `headers of the tools are certain`() {
    #expect(answer(Fixture.whole) == .mysqlDump(.certain, flavour: .mariadb))
    #expect(answer("\u{FEFF}" + Fixture.whole) == .mysqlDump(.certain, flavour: .mariadb))
    #expect(
      answer("-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n") == .mysqlDump(.certain, flavour: .mysql))
    #expect(answer("-- phpMyAdmin SQL Dump\n-- version 5.2.1\n") == .mysqlDump(.certain, flavour: nil))
    #expect(answer("-- Adminer 4.8.1 MySQL 8.0.36 dump\n\nSET NAMES utf8;\n") == .mysqlDump(.certain, flavour: nil))
    #expect(
      answer("/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n")
        == .mysqlDump(.certain, flavour: nil))
    #expect(
      answer("-- --------------------------------------------------------\n-- Host: x\n-- HeidiSQL Version: 12.5\n")
        == .mysqlDump(.certain, flavour: nil))
  }

  @Test func `a dump without comments is recognised by its quoting`() {
    #expect(answer("CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB;\n") == .mysqlDump(.likely, flavour: nil))
    #expect(answer("INSERT INTO t VALUES (1);\n") == .mysqlDump(.possible, flavour: nil))
  }

  @Test func `a warning in front of a dump does not hide it`() {
    let warning = "mysqldump: [Warning] Using a password on the command line interface can be insecure.\n"
    #expect(answer(warning + Fixture.whole) == .mysqlDump(.certain, flavour: .mariadb))
    #expect(answer(warning) == .toolMessage(.warning))
    #expect(answer(warning + "mysqldump: Got error: 2002\n") == .toolMessage(.failure))
    #expect(answer("bash: line 1: mysqldump: command not found\n") == .toolMessage(.failure))
  }

  @Test func `other things are told apart`() {
    #expect(answer("--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n") == .postgresqlDump)
    #expect(answer("PGDMP\u{1}\u{e}") == .postgresqlArchive)
    #expect(answer("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);\n") == .sqliteDump)
    #expect(answer("<!DOCTYPE html>\n<html>") == .html)
    #expect(answer("<?xml version=\"1.0\"?>\n<mysqldump xmlns:xsi=\"x\">\n") == .mysqlXML)
    #expect(answer("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code></Error>\n") == .xml)
    #expect(answer(" \n\n\t\n") == .blank)
    #expect(answer("") == .blank)
    #expect(SQLDumpRecogniser().recognise([UInt8](repeating: 0, count: 5_000)) == .blank)
    #expect(SQLDumpRecogniser().recognise([0xFF, 0xFE, 0x2D, 0]) == .utf16)
    #expect(answer("hello\nworld\n") == .unknown)
    #expect(answer("{\"a\":1}\n") == .unknown)
  }
}
