import ProofbackCore

/// The files of a base backup, looked at page by page: a server believes a page that is all zero.
extension PostgreSQLSession {
  func checkPages(_ database: String, _ depth: Depth) async throws -> [Finding] {
    let made = try await query(
      "CREATE EXTENSION IF NOT EXISTS amcheck; CREATE EXTENSION IF NOT EXISTS pageinspect;", in: database, force: true)
    // Not everybody installs the contributed modules.
    guard made.errors.isEmpty else { return [] }
    return try await checkIndexes(database, depth) + (try await checkHeaps(database))
  }

  /// B-trees: structure, and that every row has its entry; reading by the index what the table has and back.
  private func checkIndexes(_ database: String, _ depth: Depth) async throws -> [Finding] {
    let indexes = try await rows(
      """
      SELECT c.oid, n.nspname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
      JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE a.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid AND c.relpersistence = 'p' ORDER BY c.oid
      """, in: database)
    let whole = depth == .full ? "true" : "false"
    let checks = indexes.filter { $0.count == 3 }
    let answer = try await query(
      checks.map { "SELECT bt_index_check(\($0[0])::regclass, \(whole));" }.joined(separator: "\n"), in: database,
      force: true)
    return damaged(answer.errors, checks.map { "index \($0[1]).\($0[2])" })
  }

  /// Tables: the visibility of every row, and index entries that point into nothing.
  private func checkHeaps(_ database: String) async throws -> [Finding] {
    let tables = try await rows(
      """
      SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p' ORDER BY c.oid
      """, in: database
    ).filter { $0.count == 3 }
    let counts = tables.map { "COPY (SELECT '\($0[0])', count(*) FROM verify_heapam(\($0[0])::regclass)) TO STDOUT;" }
    let answer = try await query(counts.joined(separator: "\n"), in: database, force: true)
    let names = tables.map { "table \($0[1]).\($0[2])" }
    var findings = damaged(answer.errors, names)
    for row in answer.rows where row.count == 2 && row[1] != "0" {
      guard let index = tables.firstIndex(where: { $0[0] == row[0] }) else { continue }
      findings.append(
        PostgreSQLFindings.pageDamaged.finding(
          "\(UntrustedText.line(names[index], limit: 120)) is damaged: verify_heapam reports \(Quantity.text(Int(row[1]) ?? 1, "fault"))"
        ))
    }
    return findings + (try await checkZeroPages(database))
  }

  /// Entries of unique and primary indexes whose page in the table is all zero.
  private func checkZeroPages(_ database: String) async throws -> [Finding] {
    let answer = try await query(Self.zeroPages, in: database, force: true)
    return answer.rows.filter { $0.count == 3 }.map { row in
      PostgreSQLFindings.pagesZeroed.finding(
        "\(Quantity.text(Int(row[2]) ?? 1, "page")) of table \(UntrustedText.line("\(row[0]).\(row[1])", limit: 120)) \(row[2] == "1" ? "is" : "are") all zero, and an index points into \(row[2] == "1" ? "it" : "them")"
      )
    }
  }

  /// One B-tree per table is enough: each row has an entry in each.
  private static let zeroPages = """
    CREATE FUNCTION pg_temp.lost(heap oid, tree oid) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE zero bigint[]; blocks bigint := pg_relation_size(heap) / current_setting('block_size')::bigint;
      leaves bigint := pg_relation_size(tree) / current_setting('block_size')::bigint; found bigint;
    BEGIN
      SELECT array_agg(b) INTO zero FROM generate_series(0, blocks - 1) b
        WHERE get_raw_page(heap::regclass::text, b::int) = decode(repeat('00', current_setting('block_size')::int), 'hex');
      IF zero IS NULL THEN RETURN 0; END IF;
      SELECT count(DISTINCT (i.htid::text::point)[0]::bigint) INTO found FROM generate_series(1, leaves - 1) p
        CROSS JOIN LATERAL bt_page_stats(tree::regclass::text, p::int) s
        CROSS JOIN LATERAL bt_page_items(tree::regclass::text, p::int) i
        WHERE s.type = 'l' AND NOT i.dead AND i.htid IS NOT NULL AND (i.htid::text::point)[0]::bigint = ANY (zero);
      RETURN found;
    EXCEPTION WHEN OTHERS THEN RETURN 0;
    END $$;
    COPY (SELECT * FROM (SELECT n.nspname, c.relname, pg_temp.lost(c.oid, (SELECT i.indexrelid FROM pg_index i \
    JOIN pg_class t ON t.oid = i.indexrelid JOIN pg_am a ON a.oid = t.relam WHERE i.indrelid = c.oid AND a.amname = 'btree' \
    AND i.indpred IS NULL AND i.indisvalid ORDER BY i.indisprimary DESC, pg_relation_size(i.indexrelid) LIMIT 1)) AS lost \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p') x \
    WHERE lost > 0 ORDER BY 1, 2) TO STDOUT;
    """

  /// - Parameter names: by the line of the statement that looks at it.
  private func damaged(_ errors: [PostgreSQLMessage], _ names: [String]) -> [Finding] {
    errors.prefix(20).compactMap { error in
      guard let line = error.line, names.indices.contains(line - 1) else { return nil }
      return PostgreSQLFindings.pageDamaged.finding(
        "\(UntrustedText.line(names[line - 1], limit: 120)) is damaged: \(error.description)")
    }
  }
}
