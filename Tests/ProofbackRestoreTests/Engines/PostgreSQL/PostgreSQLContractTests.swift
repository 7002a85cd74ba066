import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite(.serialized) struct PostgreSQLContractTests {
  private static let canary = "/tmp/proofback-canary-of-the-postgresql-contract"

  /// As pg_dump writes it, by hand: a quay with its bollards.
  static func dump(_ statements: String) -> String {
    """
    --
    -- PostgreSQL database dump
    --

    -- Dumped from database version 14.2
    -- Dumped by pg_dump version 14.2

    SET client_encoding = 'UTF8';
    SET standard_conforming_strings = on;
    SELECT pg_catalog.set_config('search_path', '', false);

    \(statements)
    --
    -- PostgreSQL database dump complete
    --


    """
  }

  static let quay = """
    CREATE TABLE public.bollards (id integer NOT NULL, paint text);

    ALTER TABLE public.bollards OWNER TO quaymaster;

    COPY public.bollards (id, paint) FROM stdin;
    1\tred
    2\t\\N
    3\tgreen; or so
    \\.

    CREATE TABLE public.ropes (id integer PRIMARY KEY);
    INSERT INTO public.ropes VALUES (1), (2);
    INSERT INTO public.ropes VALUES (3);
    ALTER TABLE ONLY public.bollards ADD CONSTRAINT bollards_pkey PRIMARY KEY (id);

    """

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    let valid = Self.dump(Self.quay)
    let hostile = "\\! touch \(Self.canary)\nCOPY public.ropes TO PROGRAM 'touch \(Self.canary)';\n"
    let contract = EngineContract(
      engine: PostgreSQLEngine(ownProgram: FilePath(BuiltProgram.proofback)), valid: Array(valid.utf8),
      rows: ["restored.public.bollards": 3, "restored.public.ropes": 3],
      truncated: Array(valid.utf8.prefix(valid.utf8.count / 2)), empty: Array(Self.dump("").utf8),
      canary: Self.canary, hostile: Array(Self.dump(Self.quay + hostile).utf8))
    try await contract.check(clause)
  }
}
