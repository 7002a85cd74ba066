import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct S3PartTests {
  @Test func fieldsAreReadFromALocation() throws {
    let plain = try S3Location("backups/shop/night%201.sql")
    #expect(plain.bucket == "backups" && plain.key == RawPath("shop/night 1.sql") && plain.region == "us-east-1")
    #expect(plain.address(of: plain.key) == "https://s3.us-east-1.amazonaws.com/backups/shop/night%201.sql")
    let other = try S3Location("b?endpoint=http://Minio:9000&region=eu-1")
    #expect(other.key == RawPath("") && other.endpoint.origin == "http://minio:9000")
    #expect(other.address(query: [("prefix", Array("a/b".utf8))]) == "http://minio:9000/b?prefix=a%2Fb")
    let hosted = try S3Location("b/k?endpoint=https%3A%2F%2Foss.example.org&style=host")
    #expect(hosted.address(of: hosted.key) == "https://b.oss.example.org/k")
    #expect(try S3Location("b/k?region=cn-north-1").endpoint.host == "s3.cn-north-1.amazonaws.com.cn")
  }

  @Test func whatWasUnderstoodIsOneLine() throws {
    let source = try SourceCatalogue.parse("s3://backups/a%20b?endpoint=http://minio:9000")
    #expect(source.understoodAs == "a b in the bucket backups at minio:9000, without TLS")
    #expect(source.reading.host == "minio" && source.reading.path == "/a b")
  }

  @Test(arguments: [
    "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = abc/def+ghi\nregion = x\n",
    "AKIAEXAMPLE:abc/def+ghi\n", "AKIAEXAMPLE\r\nabc/def+ghi\r\n",
    "\u{FEFF}Access key ID,Secret access key\r\nAKIAEXAMPLE,abc/def+ghi\r\n",
    "User name,Access key ID,Secret access key\nme,AKIAEXAMPLE,abc/def+ghi\n",
  ])
  func aCloudKeyIsReadInEachOfItsForms(_ text: String) throws {
    let key = try CloudKey(Data(text.utf8))
    #expect(key.id == "AKIAEXAMPLE" && key.secret == "abc/def+ghi" && key.shown == "ending in MPLE")
    #expect(try CloudKey(key.written) == key)
  }

  @Test func aKeyForASessionKeepsItsToken() throws {
    let text = "[default]\naws_access_key_id=ASIAEXAMPLE\naws_secret_access_key=abcdefgh\naws_session_token=Fw/oG+x=="
    let key = try CloudKey(Data(text.utf8))
    #expect(key.token == "Fw/oG+x==" && key.shown == "ending in MPLE, for a session that ends")
    #expect(try CloudKey(key.written) == key)
  }

  @Test(arguments: [
    "", "hello", "AKIA:short", "a b:abcdefgh", "-----BEGIN X-----\nabcdefgh", "AKIAX:abc def ghi jkl",
    "[a]\naws_access_key_id=A1A1\naws_secret_access_key=abcdefgh\n[b]\naws_access_key_id=B1B1\naws_secret_access_key=abcdefgh",
    "aws_access_key_id=ASIA\naws_secret_access_key=abcdefgh\naws_session_token=x y",
    "Access key ID,Secret access key\nA1A1,abcdefgh\nB1B1,abcdefgh",
  ])
  func whatIsNoCloudKeyIsRefused(_ text: String) {
    let problem = #expect(throws: CloudKey.Problem.self) { try CloudKey(Data(text.utf8)) }
    #expect(problem?.fact.contains("abcdefgh") == false)
  }

  @Test func aListingIsReadAsItIsWritten() throws {
    let text = """
      <?xml version="1.0"?><!-- x --><a:ListBucketResult xmlns:a='u>v'><EncodingType>url</EncodingType><Empty/>
      <Contents><Key>a+b%2Bc%0A%1b</Key><Size>7</Size><LastModified>2026-01-02T03:04:05.678Z</LastModified></Contents>
      <Contents><Key><![CDATA[x]]></Key></Contents><IsTruncated>true</IsTruncated>
      <NextContinuationToken>1&amp;2&#x41;</NextContinuationToken></a:ListBucketResult>
      """
    let listing = try S3Listing(Array(text.utf8))
    #expect(listing.items.map(\.key) == [Array("a b+c\n\u{1B}".utf8), Array("x".utf8)])
    #expect(listing.items[0].size == 7 && listing.items[0].modified?.timeIntervalSince1970.rounded() == 1_767_323_046)
    #expect(listing.next == Array("1&2A".utf8))
  }

  @Test(arguments: [
    "", "<a>", "<a></b>", "text", "<a>&lol;</a>", "<a>&#xD800;</a>", "<!DOCTYPE a><a/>", "<a><![CDATA[x</a>",
    String(repeating: "<a>", count: 100), "<a>" + String(repeating: "<b/>", count: 60_000) + "</a>", "<a x='>", "<>",
  ])
  func whatIsNoPlainXMLIsMalformed(_ text: String) {
    #expect(throws: PlainXML.Malformed.self) { try PlainXML.read(Array(text.utf8)) }
  }

  @Test func timesOfHeadersAreRead() {
    #expect(WebTime.read("Thu, 26 Nov 2026 20:05:57 GMT")?.timeIntervalSince1970 == 1_795_723_557)
    #expect(WebTime.read("yesterday") == nil)
  }

  @Test func aPatternSaysWhatNamesBeginWith() throws {
    #expect(try FilePattern("shop-*.sql").beginning == Array("shop-".utf8))
    #expect(try FilePattern("a\\*b[0-9]").beginning == Array("a*b".utf8))
    #expect(try FilePattern("*").beginning.isEmpty)
  }
}
