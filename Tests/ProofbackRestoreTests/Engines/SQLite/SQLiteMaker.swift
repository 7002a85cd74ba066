import Foundation
import ProofbackTestSupport

@testable import ProofbackRestore

/// Makes database files.
enum SQLiteMaker {
  static func database(_ sql: String) throws -> [UInt8] {
    let folder = try TemporaryFolder("sqlite")
    defer { folder.remove() }
    let path = folder.path + "/made.sqlite"
    do {
      let database = try SQLiteConnection(path, isDump: true)
      if let fault = database.execute(sql).fault { throw fault }
    }
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static let shop = """
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT UNIQUE);
    CREATE TABLE "order of" (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), amount REAL);
    CREATE INDEX byCustomer ON "order of" (customer);
    CREATE VIEW spent AS SELECT customer, sum(amount) FROM "order of" GROUP BY customer;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
      INSERT INTO customer SELECT i, 'name ' || i, 'planted-' || i || '@example.org' FROM n;
    INSERT INTO "order of" SELECT id * 2, id, id / 3.0 FROM customer;
    """

  static func dump(_ lines: String) -> [UInt8] {
    Array("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n\(lines)".utf8)
  }
}
