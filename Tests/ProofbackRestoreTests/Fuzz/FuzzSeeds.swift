import Foundation
import ProofbackCore
import ProofbackSystem

@testable import ProofbackRestore

extension FuzzTests {
  static let sql = Array(Fixture.whole.utf8)

  static let postgres = Array(
    #"""
    --
    -- PostgreSQL database dump
    --

    -- Dumped from database version 15.6
    -- Dumped by pg_dump version 15.6

    SET statement_timeout = 0;
    SET client_encoding = 'UTF8';
    SELECT pg_catalog.set_config('search_path', '', false);

    --
    -- Name: berth(integer); Type: FUNCTION; Schema: public; Owner: harbour
    --

    CREATE FUNCTION public.berth(n integer) RETURNS text
        LANGUAGE sql
        AS $_$SELECT 'berth; ' || $1$_$;

    --
    -- Name: ships; Type: TABLE; Schema: public; Owner: harbour
    --

    CREATE TABLE public.ships (
        id integer NOT NULL,
        "naïve;name" text DEFAULT 'it''s'::text,
        length numeric(6,1)
    );

    --
    -- Data for Name: ships; Type: TABLE DATA; Schema: public; Owner: harbour
    --

    COPY public.ships (id, "naïve;name", length) FROM stdin;
    1	Ægir\tII	12.5
    2	\N	\N
    3	back\\slash	7
    \.


    --
    -- Name: ships_id_seq; Type: SEQUENCE SET; Schema: public; Owner: harbour
    --

    SELECT pg_catalog.setval('public.ships_id_seq', 3, true);

    ALTER TABLE ONLY public.ships ADD CONSTRAINT ships_pkey PRIMARY KEY (id);

    --
    -- PostgreSQL database dump complete
    --

    """#.utf8)

  static let json = Array(
    """
    {"_id":{"$oid":"65f000000000000000000001"},"at":{"$date":"2026-03-01T10:00:00Z"},"n":{"$numberLong":"7"},"tags":["a",{"b":null}]}
    {"_id":{"$oid":"65f000000000000000000002"},"name":"quo\\"te \\u00e9 🧀","deep":{"a":{"b":{"c":[1,2,3]}}}}

    """.utf8)

  static let tar: [UInt8] = {
    var maker = TarMaker()
    maker.add("folder/one.sql", Array("SELECT 1;\n".utf8))
    maker.add("folder/" + String(repeating: "long", count: 30), [UInt8](repeating: 7, count: 3000))
    return maker.ended()
  }()

  static let xbstream: [UInt8] = {
    var maker = XBStreamMaker()
    maker.chunk("ibdata1", [UInt8](repeating: 3, count: 5000))
    maker.chunk("db/t.ibd", [UInt8](repeating: 9, count: 2000))
    maker.chunk("ibdata1", [UInt8](repeating: 4, count: 100), at: 5000)
    maker.end("ibdata1")
    maker.end("db/t.ibd")
    return maker.bytes
  }()

  static let rows: [UInt8] = {
    var text = "mark\t0\t2a:1773457200:n!ctbx\n"
    for row in 0..<200 { text += "\(row)\tname \(row)\\t\\0x\t2026-03-01 10:00:00\tbytes\\\\\t\\\\xc0ffee\n" }
    return Array((text + "mark\t1\nplain\n").utf8)
  }()

  // MARK: Readers

  static func readPostgreSQL(_ bytes: [UInt8], _ step: Int) {
    var scanner = PostgreSQLScanner(
      target: PostgreSQLTarget(
        version: 15, settings: ["statement_timeout"], extensions: [], locales: [], restorer: "r", administrator: "a"),
      database: "restored")
    var left: [UInt8] = []
    var position = 0
    repeat {
      let next = min(bytes.count, position + step)
      left += bytes[position..<next]
      position = next
      let used = left.withUnsafeBufferPointer { scanner.scan($0, isLast: position == bytes.count) }
      left.removeFirst(used)
      _ = scanner.takeOut()
    } while position < bytes.count
    _ = scanner.finish()
  }

  static func readTar(_ bytes: [UInt8], _ step: Int) throws {
    let reader = TarReader(BytesReader(bytes, step: step))
    while let member = try reader.next() { _ = try member.bytes(upTo: 1 << 20) }
    _ = reader.findings
  }

  static func readXBStream(_ bytes: [UInt8], _ step: Int) throws {
    let reader = XBStreamReader(BytesReader(bytes, step: step))
    try reader.run { _, _, content in _ = try content.bytes(upTo: 1 << 20) }
  }

  static func readRows(_ bytes: [UInt8], _ step: Int) {
    var measuring = RowMeasuring(ProfilePlan("2a:1773457200:n!ctbx")!, step % 2 == 0 ? .batch : .copy)
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      var rest = line
      while !rest.isEmpty {
        Array(rest.prefix(step)).withUnsafeBytes { measuring.take($0) }
        rest = rest.dropFirst(step)
      }
      measuring.endRow()
    }
    _ = measuring.finish()
  }
}
