import Foundation
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct LocationTests {
  @Test(arguments: [
    "", "ssh://-oProxyCommand=touch%20x@host/", "ssh://-oProxyCommand=touch%20x/", "ssh://user@-x/",
    "ssh://user@%2DoProxyCommand=x/", "ssh://$(touch x)@host/x", "ssh://`touch x`/x", "ssh://host;touch x/y",
    "ssh://host\n/x", "ssh://host/a\nb", "ssh://host/a%0Ab", "ssh://host/a%00b", "ssh://host/a%1Bb", "ssh://host/a\0b",
    "ssh://host/../x", "ssh://host/a/%2E%2E/x", "ssh://host/a?ProxyCommand=x", "ssh://host/a#b", "ssh://host",
    "ssh:///x", "ssh://@host/x", "ssh://host:0/x", "ssh://host:99999/x", "ssh://host:+22/x", "ssh://::1/x",
    "ssh://[::1/x",
    "ssh://[touch]/x", "ssh://host/%zz", "ssh://host/%+1", "ssh://host/%ff", "ssh://a b@host/x", "ssh://host name/x",
    "ssh://host/\u{202E}x", "SSH://-x@host/y", ":local:/etc/hostname", ":sftp,ssh='touch x':/x", "remote:path",
    "user@host:/path", "ssh:host", "-oProxyCommand=x", "../x", "/a/../b", "/a\u{1B}[2J", "/a\0b",
    "s3://", "s3:///key", "s3://-b/k", "s3://b_/../k", "s3://a..b/k", "s3://b/k?x=1", "s3://b/k?region=a&region=b",
    "s3://b/k?region=A/B", "s3://b/k?endpoint=ftp://h", "s3://b/k?endpoint=https://u:p@h/",
    "s3://b/k?endpoint=https://h/path", "s3://b/k?endpoint=https://h%0Aurl=x", "s3://b/k?style=x", "s3://b/a%0Ab",
    "s3://b/k#x", "s3://b k/x", "s3://b/a%00", "s3://b/k?endpoint=http://127.0.0.1&style=host",
    "http://host/x", "https://", "https:///x", "https://u:p@host/x", "https://-x/y", "https://host/a?b",
    "https://host/a#b",
    "https://host/../x", "https://host/%2e%2e/x", "https://host/a%0Ab", "https://host:0/x", "https://host:x/y",
    "https://ho%0ast/x", "https://host\"/x", "https://host/%zz", "HTTP://host/x",
    "webdav://", "webdav://u:p@h/x", "webdav://h/x?bearer_token_command=touch%20x", "webdav://h/x?url=http://h",
    "webdav://h/x?vendor=x",
    "webdav://h/x?root=/a%22b", "webdav://h/x?root=/../a", "webdav://h,bearer_token_command='touch x':/x",
    "webdav://h/../x",
    "ftps://h/x?tls=no", "ftps://h/x?pass=x", "ftp://h/x", "b2://", "b2://-b/x", "b2://a:b/x", "b2://b/a%0Ab",
    "b2://b/x?key=1",
    "azureblob://c/x", "azureblob://c/x?account=a%0Ab", "azureblob://c/x?account=a&sas_url=x",
    "gcs://b/x?service_account_file=/etc/passwd",
    "swift://c/x", "swift://c/x?auth=http://h/v3", "swift://c/x?auth=https://h/v3&env_auth=true", "rclone://x",
    "alias://x/y",
    "restic://local/x", "restic://host/x?repository=/r", "restic://local/x?repository=r",
    "restic://local/x?repository=/r/../s",
    "restic://local/x?repository=/r&password-command=touch", "restic://local/x?repository=sftp:h:/r",
    "restic://local/x?repository=/-o",
    "restic://local/x?repository=/r&snapshot=x", "restic://local/x?repository=/r&host=-x",
    "restic://local/x?repository=/r&tag=a,b",
    "restic+ssh://u@-x/y?repository=/r", "restic+ssh://u:p@h/x?repository=/r", "restic+ssh://u@h/x",
    "restic+https://u:p@h/x?repository=/r",
    "restic+s3://b/x?prefix=../a", "restic+s3://b/x?endpoint=https://h/path", "restic+sftp://h/x",
    "restic+rclone://x/y",
    "borg://local/x", "borg://local/x?repository=/a::b", "borg://h/x?repository=/r",
    "borg://local/x?repository=/r&archive=a",
    "borg://local/x?repository=/r&archives=a/b", "borg+ssh://u@h/x", "borg+ssh://u@-oProxyCommand=x/x?repository=/r",
    "borg://local/../x?repository=/r", "borg://local/x?repository=/r%0A", "file:///x", "sftp://host/x", "azure://x",
  ])
  func aLocationThatIsNotAllowedIsAUsageError(_ location: String) {
    let trouble = #expect(throws: RunTrouble.self) { try SourceCatalogue.parse(location) }
    #expect(trouble.map { SourceFindings.usageErrors.contains($0.finding.code) } == true)
    #expect(trouble.map { LocationText.isHarmless($0.finding.message) } == true)
  }

  @Test func aPasswordInALocationIsRefusedWithoutRepeatingIt() {
    let trouble = #expect(throws: RunTrouble.self) { try SourceCatalogue.parse("ssh://me:geheim@host/x") }
    #expect(trouble.map { "\($0.finding)".contains("geheim") } == false)
  }

  @Test func anUnknownSchemeIsNamed() {
    let trouble = #expect(throws: RunTrouble.self) { try SourceCatalogue.parse("azure://bucket/key") }
    #expect(trouble?.finding.message == "azure:// is not supported by this version")
  }

  @Test func aHostsFieldsAreReadFromALocation() throws {
    let full = try SSHLocation("backup@DB1.example.org:2222/srv/my%20files/%2525")
    #expect(full.user == "backup" && full.host == "db1.example.org" && full.port == 2222)
    #expect(full.path == RawPath("/srv/my files/%25"))
    let short = try SSHLocation("[fe80::1%25eth0]/x")
    #expect(short.user == nil && short.host == "fe80::1%eth0" && short.port == 22)
    #expect(try SSHLocation("[::1]:24/x").knownHostsName == "[::1]:24")
    #expect(try SSHLocation("h/~/x/y").path == RawPath("./x/y"))
    #expect(try SSHLocation("h/~").path == RawPath("."))
    // Allowed, since nothing reads them but SFTP: a path is data.
    for path in ["/-oProxyCommand", "/$(touch x)", "/`x`", "/a;b", "/it's"] {
      #expect(try SSHLocation("host" + path[...]).path == RawPath(path))
    }
  }

  @Test func whatWasUnderstoodIsOneLine() throws {
    let source = try SourceCatalogue.parse("ssh://backup@db1:2222/srv/ü%20x")
    #expect(source.understoodAs == "the path /srv/ü x of user backup at [db1]:2222 by ssh")
  }

  @Test(arguments: [
    ("*.sql.gz", "shop.sql.gz", true), ("*.sql.gz", "shop.sql", false), ("shop-????.sql", "shop-2026.sql", true),
    ("shop-[0-9]*.sql", "shop-1.sql", true), ("shop-[!0-9]*", "shop-1", false), ("shop-[^0-9]*", "shop-x", true),
    ("[]x]", "]", true), ("[a", "[a", true), ("\\*", "*", true), ("\\*", "x", false), ("*", ".hidden", false),
    (".*", ".hidden", true), ("*", "x.part", false), ("*.part", "x.part", true), ("*", "x.sql.TMP", false),
    ("*", "x~", false),
    ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b-b", false), ("ü?", "ü数", true), ("**", "", true), ("?", "", false),
  ])
  func aPatternMatchesWholeNames(_ pattern: String, _ name: String, _ matches: Bool) throws {
    #expect(try FilePattern(pattern).matches(Array(name.utf8)) == matches)
  }

  @Test func aPatternOfManyStarsIsQuick() throws {
    let pattern = try FilePattern(String(repeating: "a*", count: 100) + "b")
    #expect(!pattern.matches(Array(repeating: 0x61, count: 255)))
  }

  @Test(arguments: ["", "a/b", "../x", "a\nb", "a\0"]) func aPatternThatIsMalformedIsAUsageError(_ text: String) {
    let trouble = #expect(throws: RunTrouble.self) { try FilePattern(text) }
    #expect(trouble?.finding.code.rawValue == "location.pattern-invalid")
  }

  @Test func everyFindingIsListedOnce() {
    #expect(Set(SourceFindings.all.map(\.code)).count == SourceFindings.all.count)
    for definition in SourceFindings.all where definition.consequence != .none { #expect(!definition.nextStep.isEmpty) }
  }
}
