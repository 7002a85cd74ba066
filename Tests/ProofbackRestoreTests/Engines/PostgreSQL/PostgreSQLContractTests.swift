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

  private static var contract: EngineContract {
    let valid = dump(quay)
    let hostile = "\\! touch \(canary)\nCOPY public.ropes TO PROGRAM 'touch \(canary)';\n"
    return EngineContract(
      engine: PostgreSQLEngine(ownProgram: FilePath(BuiltProgram.proofback)), valid: Array(valid.utf8),
      rows: ["restored.public.bollards": 3, "restored.public.ropes": 3],
      truncated: Array(valid.utf8.prefix(valid.utf8.count / 2)), empty: Array(dump("").utf8),
      canary: canary, hostile: Array(dump(quay + hostile).utf8))
  }

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.check(clause)
  }

  @Test(
    .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"), arguments: EngineContract.Clause.inContainers)
  func `it keeps the contract in a container`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.inside(DockerEngine.running().image("everything")).check(clause)
  }
}
