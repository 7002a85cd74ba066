import ProofbackCore
import Testing

@Suite struct ImageTableTests {
  private func image(_ type: String, _ version: String?, _ table: ImageTable = .usual) -> String? {
    table.image(for: BackupNeeds(type: DatabaseType(type), version: version))?.image
  }

  @Test func `the usual table knows the makers' own images, whatever the version looks like`() {
    #expect(image("mysql", "8.4.3") == "mysql:8.4")
    #expect(image("mysql", "5.6.51-log") == "mysql:5.7")
    #expect(image("mysql", nil) == "mysql:8.4")
    #expect(image("mariadb", "10.11.6-MariaDB-0+deb12u1") == "mariadb:10.11")
    #expect(image("postgresql", "15.18 (Debian 15.18-0+deb12u1)") == "postgres:15")
    #expect(image("postgresql", "18beta1") == "postgres:18")
    #expect(image("mongodb", "7.0.14") == "mongo:7.0")
    #expect(image("mongodb", "no number") == "mongo:8.0")
    #expect(image("oracle", "19") == nil)
  }

  @Test func `the first rule that fits wins, and a rule's version is a beginning`() throws {
    let table = try ImageTable("mysql 8.0 = a:1 # old\n\nmysql 8 = b:1\r\nmysql = c:{major}.{minor}\n")
    #expect(image("mysql", "8.0.41", table) == "a:1")
    #expect(image("mysql", "8.4.0", table) == "b:1")
    #expect(image("mysql", "80.1", table) == "c:80.1")
    #expect(image("mysql", "9", table) == nil)
    #expect(image("mysql", nil, table) == nil)
    #expect(try ImageTable(table.text) == table)
  }

  @Test func `a rule with an extension or storage engine is for backups that need it`() throws {
    let table = try ImageTable("postgresql 16 with PostGIS = gis:{major}\npostgresql = plain:{major}\n")
    func image(_ version: String, _ parts: Set<String>) -> String? {
      table.image(for: BackupNeeds(type: DatabaseType("postgresql"), version: version, parts: parts))?.image
    }
    #expect(image("16.2", ["postgis", "hstore"]) == "gis:16")
    #expect(image("16.2", ["hstore"]) == "plain:16" && image("15.2", ["postgis"]) == "plain:15")
    #expect(try ImageTable(table.text) == table)
    #expect(try ImageTable(ImageTable.usual.text) == .usual)
  }

  @Test(arguments: [
    "mysql with = x:1", "mysql with a b = x:1", "mysql with a/b = x:1", "mysql mysql:8", "mysql 8 9 = x:1",
    "mysql eight = x:1", "mysql = --privileged", "mysql = a b",
    "mysql ? = x:{major}",
    "= x:1", "mysql 1.2.3.4 = x:1", "mysql -1 = x:1", "mysql = ",
  ])
  func `a line that is no rule is refused, and which one it is said`(_ line: String) {
    #expect { try ImageTable("mariadb = m:1\n" + line) } throws: { ($0 as? ImageTable.Problem)?.line == 2 }
  }

  @Test func `names of images are what registries take, never an option`() {
    for name in [
      "mysql", "mysql:8.4", "docker.io/library/mysql:8.4", "localhost:5000/team/db:1", "a/b_c-d.e:Tag_1",
      "mysql@sha256:" + String(repeating: "a", count: 64),
    ] { #expect(ImageName.isName(name), "\(name)") }
    for name in ["", "-v", "--privileged", "a b", "a;b", "a:", "a@sha256:12", "a/../b", "A/b/C", "a:b:c", "$(id)"] {
      #expect(!ImageName.isName(name), "\(name)")
    }
  }
}
