import ProofbackRestore
import Testing

@Suite struct ScannerForeignTests {
  @Test(
    arguments: [
      ("\\! touch x\n", .clientCommand), ("system touch x\n", .clientCommand), ("source /tmp/x\n", .clientCommand),
      ("\\. /tmp/x\n", .clientCommand), ("\\T /tmp/x\n", .clientCommand), ("tee /tmp/x\n", .clientCommand),
      ("pager cat\n", .clientCommand), ("INSERT INTO t VALUES (1)\n\\! id\n", .clientCommand),
      ("/*!999999\\- \\! id */ \n", .clientCommand),
      ("INSERT /*! \\! id\n*/ INTO t VALUES (1);", .clientCommand),
      ("/*!40101 SET @a=1 \\! id\n*/;", .clientCommand),
      ("DELIMITER ;;\nSET @z=1 ;;\n\\! id\nDELIMITER ;\n", .clientCommand),
      ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;", .loadData), ("SELECT 1 INTO OUTFILE '/tmp/x';", .intoFile),
      ("SELECT 1 INTO DUMPFILE '/tmp/x';", .intoFile), ("INSERT INTO t VALUES (LOAD_FILE('/etc/passwd'));", .loadFile),
      ("SELECT SLEEP(1000);", .stall), ("SET @a = BENCHMARK(1e12, MD5('x'));", .stall), ("DO GET_LOCK('a',10);", .lock),
      ("INSERT INTO t VALUES (1, REPEAT('x', 1e12));", .valueBomb), ("SELECT COUNT(*) FROM t;", .query),
      ("INSERT INTO t SELECT * FROM t;", .insertSelect), ("CREATE TABLE t AS SELECT 1;", .insertSelect),
      ("SET GLOBAL read_only=1;", .setGlobal), ("SET @@global.general_log_file='/tmp/x';", .setGlobal),
      ("SET PERSIST max_connections=1;", .setGlobal), ("PREPARE s FROM 'x';", .preparedText),
      ("EXECUTE IMMEDIATE CONCAT('SH','UTDOWN');", .preparedText), ("SHUTDOWN;", .shutdown), ("KILL 5;", .kill),
      ("DROP DATABASE mysql;", .dropSystemSchema), ("DELETE FROM mysql.global_priv;", .systemSchemaChange),
      ("CALL p();", .call), ("DO 1+1;", .evaluation), ("INSTALL PLUGIN x SONAME 'x.so';", .library),
      ("CREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'udf.so';", .library), ("RESET MASTER;", .replication),
      ("INSERT INTO `mysql`.`user` VALUES (1);", .systemSchemaChange),
      ("FLUSH TABLES WITH READ LOCK;", .serverAdministration),
      ("\u{1}\u{2}garbage", .notSQL), ("SET @a=1 delimiter //\n", .midStatementDelimiter),
    ] as [(String, ForeignStatement.Kind)])
  func `a statement that no dump has is refused and not forwarded`(text: String, kind: ForeignStatement.Kind) throws {
    let scanned = try scan("CREATE TABLE t (a int);\n" + text + "\nINSERT INTO t VALUES (1);\n")
    #expect(scanned.claims.refused.map(\.kind).contains(kind))
    #expect(scanned.claims.refused.first?.line ?? 0 >= 2)
    #expect(scanned.claims.stoppedForwarding)
    #expect(!scanned.text.contains("INSERT INTO t VALUES (1);"))
  }

  @Test(
    arguments: [
      ("CREATE USER 'a'@'%' IDENTIFIED BY 'x';", .account), ("GRANT ALL ON *.* TO 'a'@'%';", .account),
      ("UPDATE t SET a=1;", .dataChange), ("SELECT 'loading' AS 'INFO';", .query), ("FROBNICATE x;", .unknown),
      ("CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h');", .remoteServer), ("START SLAVE;", .replication),
    ] as [(String, ForeignStatement.Kind)])
  func `a statement that some dumps have is noted`(text: String, kind: ForeignStatement.Kind) throws {
    let scanned = try scan(text + "\nCREATE TABLE t (a int);\n")
    #expect(scanned.claims.foreignStatements.map(\.kind) == [kind])
    #expect(scanned.claims.refused.isEmpty)
    #expect(!scanned.claims.stoppedForwarding)
  }

  @Test(arguments: [
    "SELECT COALESCE(CURRENT_ROLE(),'NONE') into @current_role;",
    "/*M!100005 EXECUTE IMMEDIATE CONCAT('SET ROLE ', @current_role) */;", "DO SETVAL(`s`, 5, 0);",
    "SELECT SETVAL(`s`, 5, 0);",
    "/*!50606 SET GLOBAL INNODB_STATS_AUTO_RECALC=OFF */;", "FLUSH PRIVILEGES;",
    "SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, @@AUTOCOMMIT=0;",
    "/*!80002 ANALYZE TABLE `t` UPDATE HISTOGRAM ON `a` WITH 100 BUCKETS */;",
    "CREATE VIEW v AS select repeat('x',3) AS `a` from `t`;",
    "INSERT INTO t VALUES ('SLEEP(5) \\! LOAD_FILE(x) delimiter ;');",
  ])
  func `what dump tools write is nothing special`(text: String) throws {
    let scanned = try scan(text + "\n")
    #expect(scanned.claims.foreignStatements == [])
    #expect(scanned.claims.needs == [])
    #expect(scanned.text == text + "\n")
  }

  @Test func `Percona's question for RocksDB is theirs`() throws {
    let lines = [
      "/*!50717 SELECT COUNT(*) INTO @rocksdb_has_p_s_session_variables FROM INFORMATION_SCHEMA.TABLES */;",
      "/*!50717 PREPARE s FROM @rocksdb_get_is_supported */;", "/*!50717 EXECUTE s */;",
      "/*!50717 DEALLOCATE PREPARE s */;",
    ]
    #expect(try scan(lines.joined(separator: "\n"), target: mysql8).claims.foreignStatements == [])
  }

  @Test(
    arguments: [
      ("SET @m='NO_BACKSLASH_ESCAPES';\nSET sql_mode=@m;", .hiddenMode), ("SET sql_mode=1048576;", .hiddenMode),
      ("SET @m=@@sql_mode;\nSET @m='ANSI';\nSET sql_mode=@m;", .hiddenMode),
      ("SET sql_mode=REPLACE(CONCAT(@@sql_mode,',ANSI_QUOTES'),'ANSI_QUOTES','');", .hiddenMode),
      ("SET @rocksdb_x='CREATE USER u';\nPREPARE s FROM @rocksdb_x;\nEXECUTE s;", .preparedText),
      ("SET @current_role='x; y';", .preparedText), ("EXECUTE IMMEDIATE CONCAT(@current_role, @x);", .preparedText),
      ("SELECT a FROM t WHERE @rocksdb_x = 1;", .query), ("SELECT COUNT(*) INTO @rocksdb_x FROM t;", .query),
      ("ANALYZE UPDATE t SET a=1;", .compound), ("ANALYZE FORMAT=JSON DELETE FROM t;", .compound),
      ("BEGIN NOT ATOMIC SET GLOBAL a=1;", .compound), ("SET STATEMENT a=0 FOR DROP DATABASE sys;", .compound),
      ("IF 1 THEN DROP DATABASE sys;", .compound), ("x: LOOP DROP DATABASE sys;", .compound),
      ("CREATE TABLE t (a int);\nINSERT INTO t VALUES (SLEEP                         (5));", .stall),
      ("INSERT INTO t VALUES (SLEEP -- x\n(5));", .stall), ("INSERT INTO t VALUES (`sleep`(5));", .stall),
      ("INSERT INTO t VALUES (MASTER_GTID_WAIT('0-1-1', 5));", .stall),
    ] as [(String, ForeignStatement.Kind)])
  func `what goes round by another way is refused all the same`(text: String, kind: ForeignStatement.Kind) throws {
    #expect(try scan(text + "\n").claims.refused.first?.kind == kind)
  }

  @Test(arguments: [
    "SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '')", "SET sql_mode=CONCAT(@@sql_mode, ',NO_ZERO_DATE')",
    "SET sql_mode=DEFAULT",
    "SET sql_mode=REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', '')", "SET sql_mode=''", "SET sql_mode = @saved_sql_mode",
    "BEGIN", "BEGIN WORK", "CHECK TABLE t", "OPTIMIZE LOCAL TABLE t",
    "CREATE TABLE t (`sleep` int, KEY `sleep` (`sleep`), KEY repeat2 (`repeat`))",
    "INSERT INTO `sleep` (`repeat`) VALUES (1)",
  ])
  func `what looks like it and is a tool's own is nothing special`(text: String) throws {
    let saving = "SET @OLD_SQL_MODE=@@SQL_MODE;\nSET @saved_sql_mode=@@sql_mode;\n"
    #expect(try scan(saving + text + ";\n").claims.foreignStatements == [])
  }

  @Test func `replication state is left out of what is forwarded`() throws {
    let scanned = try scan(
      """
      SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;
      SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47:1-5';
      CHANGE MASTER TO MASTER_LOG_FILE='bin.000042', MASTER_LOG_POS=344;
      SET GLOBAL gtid_slave_pos='0-1-5021';
      SET @@SESSION.SQL_REQUIRE_PRIMARY_KEY=0;
      CREATE TABLE t (a int);
      """)
    #expect(scanned.claims.adapted.map(\.line) == [2, 3, 4, 5])
    #expect(scanned.claims.adapted.last?.reason == .unknownVariable)
    #expect(scanned.claims.foreignStatements == [])
    #expect(scanned.text == "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\n\n\n\n\nCREATE TABLE t (a int);")
  }

  @Test func `a refusal is not lost among notes`() throws {
    let scanned = try scan(String(repeating: "UPDATE t SET a=1;\n", count: 1_000) + "SHUTDOWN;\n")
    #expect(scanned.claims.foreignStatements.count == 200)
    #expect(scanned.claims.refused.map(\.line) == [1_001])
  }
}
