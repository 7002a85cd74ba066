import ProofbackCore

/// The settings of a server that lives for minutes: no durability, no network, and nothing that an import would stumble over.
struct PostgreSQLServerOptions {
  var memoryBytes: UInt64
  static let port = 5432
  static let socketName = ".s.PGSQL.\(port)"

  /// - Parameter isPhysical: the data is a base backup's: limits that recovery holds against the source's are high.
  func arguments(data: String, sockets: String, isPhysical: Bool = false) -> [String] {
    let settings = common(sockets) + (isPhysical ? Self.recovering : Self.loading)
    return ["-D", data] + settings.flatMap { ["-c", "\($0.0)=\($0.1)"] }
  }

  private func common(_ sockets: String) -> [(String, String)] {
    let megabytes = memoryBytes >> 20
    return [
      ("listen_addresses", ""), ("port", "\(Self.port)"), ("unix_socket_directories", sockets),
      ("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("ssl", "off"),
      ("shared_buffers", "\(max(32, min(megabytes / 8, 4096)))MB"),
      ("maintenance_work_mem", "\(max(32, min(megabytes / 8, 1024)))MB"), ("work_mem", "16MB"),
      ("max_wal_size", "1GB"), ("checkpoint_timeout", "1h"), ("autovacuum", "off"), ("jit", "off"),
      ("dynamic_shared_memory_type", "mmap"), ("huge_pages", "off"),
      // Parallel workers are further processes with shared memory; the sandbox has few of both.
      ("max_parallel_workers_per_gather", "0"), ("max_parallel_maintenance_workers", "0"),
      ("shared_preload_libraries", ""), ("session_preload_libraries", ""), ("local_preload_libraries", ""),
      ("logging_collector", "off"), ("log_destination", "stderr"), ("lc_messages", "C"), ("log_timezone", "UTC"),
      // The log has codes and fixed text: no statement, no details.
      ("log_error_verbosity", "terse"), ("log_min_error_statement", "panic"), ("log_statement", "none"),
      ("log_min_messages", "fatal"), ("log_line_prefix", "%e "),
      ("archive_mode", "off"), ("archive_command", ""), ("restore_command", ""),
    ]
  }

  private static let loading = [
    ("wal_level", "minimal"), ("max_wal_senders", "0"), ("max_connections", "20"),
    ("max_locks_per_transaction", "1024"),
    ("max_prepared_transactions", "10"), ("timezone", "UTC"),
  ]
  /// A server recovers only with limits that are no lower than the source's were.
  private static let recovering = [
    ("max_connections", "1000"), ("max_worker_processes", "64"), ("max_wal_senders", "64"),
    ("max_prepared_transactions", "1000"), ("max_locks_per_transaction", "256"), ("hot_standby", "on"),
    ("primary_conninfo", ""), ("recovery_target_timeline", "latest"), ("archive_cleanup_command", ""),
    ("recovery_end_command", ""), ("ssl_passphrase_command", ""), ("ignore_invalid_pages", "off"),
  ]
}
