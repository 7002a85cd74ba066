import Foundation
import Glibc
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// What is not a verdict: doctor, the report's file, the open sandbox, streams that nobody reads, and the launcher's death.
@Suite(.serialized) struct CommandLineTests {
  /// Shell with the recipe's words; `$PROOFBACK` is the program, `$S` a state folder of the test's own.
  private func shell(_ script: String) async throws -> Command.Outcome {
    let bench = try await ScenarioBench.shared()
    let id = "cli-\(UUID().uuidString.prefix(8))"
    let folder = "\(bench.path)/work/\(id)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let words = "PROOFBACK=\(BuiltProgram.proofback); S=$FOLDER/state; export PROOFBACK_STATE=$STATE\n"
    let outcome = try await bench.shell(words + script, folder: folder, id: String(id), within: 150)
    #expect(outcome.end.isSuccess, "\(outcome.text)\n\(outcome.errorText)")
    return outcome
  }

  @Test func `doctor says what is installed, what works and what is left`() async throws {
    let text = try await shell("\"$PROOFBACK\" doctor --state-folder \"$S\"").text
    for words in ["types", "mariadb", "MariaDB 10", "SecantusDB", "sandboxes", "works here", "tools", "zstd", "none"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `after the launcher was killed nothing runs, and doctor removes what it left`() async throws {
    _ = try await shell(
      """
      "$PROOFBACK" run "$BIG" --decryption-key "$KEYS/ada.sec" --state-folder "$S" > /dev/null 2>&1 & launcher=$!
      for _ in $(seq 600); do ls "$S"/runs/*/exchange/s.sock > /dev/null 2>&1 && break; sleep 0.05; done
      run=$(basename "$(ls -d "$S"/runs/run-*)")
      kill -9 $launcher
      # The kernel ends the run's namespace; that takes a moment.
      traces() { grep -lsF "$run" /proc/[0-9]*/cmdline /proc/[0-9]*/mountinfo || true; }
      for _ in $(seq 400); do [ -n "$(traces)" ] || break; sleep 0.05; done
      [ -z "$(traces)" ]
      # Workers of other tests have their keys there for some seconds; what was left stays.
      keys() { grep -rslF "PRIVATE KEY BLOCK" "$S" /dev/shm || true; }
      for _ in $(seq 600); do [ -n "$(keys)" ] || break; sleep 0.1; done
      [ -z "$(keys)" ]
      mkdir -p "$S/templates/.unfinished"
      set -x
      "$PROOFBACK" doctor --state-folder "$S" > before; grep "$run" before
      "$PROOFBACK" doctor --clean --state-folder "$S" > cleaned; grep removed cleaned
      [ -z "$(ls "$S/runs" "$S/uids" | grep -v :)" ]; [ ! -e "$S/templates/.unfinished" ]
      ! find /sys/fs/cgroup -name "$run" | grep .
      "$PROOFBACK" doctor --state-folder "$S" > after; grep none after
      """)
  }

  @Test func `the report goes where output says: a file, a link's file, a pipe`() async throws {
    _ = try await shell(
      """
      echo old > target; ln -s target link; mkfifo pipe
      "$PROOFBACK" run "$DUMP" --format json --output link 2> /dev/null
      [ -L link ]; grep -q '"verdict" : "passed"' target; ! grep -q old target
      cat pipe > piped & "$PROOFBACK" run "$DUMP" --format junit --output pipe 2> /dev/null; wait
      [ -p pipe ]; grep -q '<testsuite' piped
      code=0; "$PROOFBACK" run "$DUMP" --output missing/folder 2> errors || code=$?
      [ $code = 64 ]; grep -q "which can't be written to" errors; ! grep -q found errors
      """)
  }

  @Test func `whoever stops listening ends nothing, and the verdict stands`() async throws {
    _ = try await shell(
      """
      "$PROOFBACK" run "$DUMP" 2> /dev/full > /dev/null
      "$PROOFBACK" run "$DUMP" 2>&- > /dev/null
      code=0; "$PROOFBACK" run /nowhere/backup 2> /dev/full > /dev/null || code=$?; [ $code = 1 ]
      set +o pipefail; "$PROOFBACK" run "$DUMP" 2>&1 | head -1 | grep -q found
      """)
  }

  @Test func `a drill prints what would be caught, what is missed and what to do, and leaves the backup as it is`()
    async throws
  {
    let outcome = try await shell(
      """
      { echo 'PRAGMA foreign_keys=OFF;'; echo 'BEGIN TRANSACTION;'; echo 'CREATE TABLE notes(id INTEGER PRIMARY KEY);'
        for number in $(seq 60); do echo "INSERT INTO notes VALUES($number);"; done; echo 'COMMIT;'; } > notes.sql
      sha256sum notes.sql > sum
      "$PROOFBACK" drill notes.sql --state-folder "$S"
      sha256sum --quiet -c sum
      head -c 900 notes.sql > cut.sql; code=0
      "$PROOFBACK" drill cut.sql --state-folder "$S" > bad 2> errors || code=$?
      [ $code = 1 ]; grep -q 'nothing was damaged' errors; grep -q 'dump.truncated' bad
      """)
    #expect(outcome.text.contains("● only half of it arrived "), "\(outcome.text)")
    #expect(outcome.text.contains("✕ one line of it was lost "))
    #expect(outcome.text.contains("! all rows of the only table, notes, were left out "))
    #expect(outcome.text.contains("ways to damage this backup the checks catch"))
    #expect(outcome.text.contains("no age is demanded: --max-age 26h"))
    #expect(outcome.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `a sandbox that is kept can be looked into, and ends when it is told to`() async throws {
    _ = try await shell(
      """
      "$PROOFBACK" run "$DUMP" --keep 5m --format json > report 2> said & run=$!
      for _ in $(seq 1200); do grep -q 'To look inside' said && break; sleep 0.05; done
      look=$(grep -- --socket said)
      [ "$($look -N -e 'SELECT COUNT(*) FROM observatory.observers')" -ge 0 ]
      kill -INT $run; wait $run
      grep -q '"verdict" : "passed"' report
      [ ! -S "${look##*--socket=}" ]
      """)
  }

  @Test func `an export goes into the database and collection that are named`() async throws {
    let text = try await shell(
      """
      printf '{"_id":1}\\n{"_id":2}\\n' > backup.json
      "$PROOFBACK" run backup.json --database shop --collection orders --format json 2> /dev/null
      """
    ).text
    #expect(text.contains("\"database\" : \"shop\"") && text.contains("\"name\" : \"orders\""))
  }

  @Test func `lines are plain elsewhere than on a terminal, and no wider than it on one`() async throws {
    let text = try await shell(
      """
      "$PROOFBACK" run "$DUMP" > plain 2>&1; ! grep -q $'\\e' plain
      script -qec "stty cols 80; '$PROOFBACK' run '$DUMP'" /dev/null > live; grep -q $'\\e\\[' live
      script -qec "stty cols 80; NO_COLOR=1 '$PROOFBACK' run '$DUMP'" /dev/null > plainer; ! grep -q $'\\e\\[[0-9;]*m' plainer
      sed -e $'s/\\e\\\\[[0-9;]*[mK]//g' live | tr '\\r' '\\n'
      """
    ).text
    #expect(text.contains("proven: this backup was restored"))
    #expect(text.split(whereSeparator: \.isNewline).allSatisfy { $0.count <= 80 })
  }
}
