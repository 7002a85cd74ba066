# The vocabulary of recipes: what a scenario's `recipe:` can say besides plain shell. Sourced with -euo pipefail in a
# fresh folder; the environment holds the paths that README.md lists.

export LC_ALL=C.UTF-8 HOME=$FOLDER

# sql [DATABASE]: statements on standard input, at the source server.
sql() { mariadb --no-defaults --socket="$SOCKET" --user=root --default-character-set=utf8mb4 "$@"; }

# dump ARGUMENTS…: the real tool against the source server.
dump() { mariadb-dump --no-defaults --socket="$SOCKET" --user=root "$@"; }

# scratch SQL: a database of this scenario's own at the source; its name is in $MINE.
MINE=scratch_$ID
scratch() { sql <<<"DROP DATABASE IF EXISTS $MINE; CREATE DATABASE $MINE CHARACTER SET utf8mb4; USE $MINE; $1"; }

# gpg_to NAME… : encrypts standard input to these keys (public halves only).
gpg_to() {
  local to=()
  for name in "$@"; do to+=(--recipient-file "$KEYS/$name.pub"); done
  mkdir -m 700 -p "$FOLDER/g"
  gpg --homedir "$FOLDER/g" --batch --quiet --no-tty --trust-model always --compress-algo none "${gpg_options[@]}" "${to[@]}" --encrypt
}
gpg_options=()

# gpg_symmetric FILE: encrypts standard input with the passphrase in FILE.
gpg_symmetric() {
  mkdir -m 700 -p "$FOLDER/g"
  gpg --homedir "$FOLDER/g" --batch --quiet --no-tty --pinentry-mode loopback --passphrase-file "$1" --symmetric
  gpgconf --homedir "$FOLDER/g" --kill all
}

# flip FILE [PERCENT]: flips one bit of the byte at that place.
flip() {
  local at=$(( $(stat -c %s "$1") * ${2:-50} / 100 )) byte
  byte=$(od -An -tu1 -j "$at" -N 1 "$1")
  printf "\\$(printf %03o $((byte ^ 4)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# cut_to FILE BYTES: shortens a file to so many bytes, or by so many with a minus.
cut_to() { truncate -s "$2" "$1"; }

# until_after TEXT [NUMBER] <in >out: everything up to and with the NUMBERth time that TEXT comes.
until_after() { TEXT=$1 NUMBER=${2:-1} perl -0777 -ne '
  my $at = 0; for my $n (1 .. $ENV{NUMBER}) { my $i = index($_, $ENV{TEXT}, $at); die "no such text" if $i < 0; $at = $i + length $ENV{TEXT} }
  print substr($_, 0, $at)'; }

# before TEXT INSERTION <in >out: puts INSERTION in front of the first time that TEXT comes.
before() { TEXT=$1 INSERTION=$2 perl -0777 -pe 'my $i = index($_, $ENV{TEXT}); die "no such text" if $i < 0; substr($_, $i, 0) = $ENV{INSERTION}'; }

# with_statement SQL: the good dump with one more line between two of its tables, without the sandbox line.
with_statement() { sed '1{/sandbox/d}' "$DUMP" | before '--
-- Table structure for table `weather`' "$1
"; }

# s3 TARGET [CURL OPTIONS…]: asks the S3 service without a signature. `s3 bucket -X PUT` makes a bucket, `s3 bucket/key -T FILE`
# puts an object, `-H "x-test-time: $(date -d '1 hour ago' +%s)"` makes it older.
s3() { curl -sS --globoff --fail -o /dev/null -H 'x-test: yes' "${@:2}" "$BUCKETS/$1"; }

# the_server: waits until this scenario's run has started its DBMS, and prints its process id. A server that is only asked
# for its version, or makes its own schema, has no socket.
the_server() {
  local run process
  for _ in $(seq 600); do
    for run in $(grep -lszxF "HOME=$FOLDER" /proc/[0-9]*/environ | cut -d/ -f3); do
      for process in $(offspring "$run"); do
        if [ "$(cat "/proc/$process/comm" 2>/dev/null)" = mariadbd ] &&
          grep -qszF -e --socket= "/proc/$process/cmdline"; then echo "$process"; return; fi
      done
    done
    sleep 0.05
  done
  return 1
}
# of_this_run PATTERN: processes of this scenario's run whose command line matches.
of_this_run() {
  local process
  for process in $(grep -lszxF "HOME=$FOLDER" /proc/[0-9]*/environ | cut -d/ -f3); do
    if tr '\0' ' ' < "/proc/$process/cmdline" 2>/dev/null | grep -q "$1"; then echo "$process"; fi
  done
}
offspring() {
  local child
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; offspring "$child"; done
}

# mongo_folder FOLDER DATABASE COLLECTION DOCUMENTS: what `mongodump --out FOLDER` writes of one collection.
mongo_folder() { "$OWN/mongo-folder" "$@"; }

# kill_when PATTERN [SIGNAL]: ends (-KILL) the first process below this run whose command line matches, when it is there, and prints its process id.
kill_when() { "$OWN/kill-when" "$@"; }

# PostgreSQL's source: `harbour` has everything, the rest is a scenario's own.
export PGHOST=$PGSOCKETS PGUSER=postgres
PGBIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

# pg [DATABASE]: statements on standard input, at PostgreSQL's source server.
pg() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d "${1:-postgres}" -f - > "$FOLDER/psql.out"; }

# pg_scratch SQL: a database of this scenario's own; its name is in $MINE.
pg_scratch() { pg <<<"DROP DATABASE IF EXISTS $MINE; CREATE DATABASE $MINE"; pg "$MINE" <<<"$1"; }

# pg_folder FOLDER ARGUMENTS…: pg_dump's directory format.
pg_folder() { pg_dump -Fd -f "$1" "${@:2}"; }

# pg_base FOLDER ARGUMENTS…: a base backup of the source server.
pg_base() { pg_basebackup -D "$1" -c fast --no-sync "${@:2}"; }

# pg_with TEXT: the good dump with one more line between two of its tables, without the locking lines.
pg_with() { sed '/^\\restrict /d; /^\\unrestrict /d' "$HARBOUR" | before '--
-- Name: notes; Type: TABLE; Schema: public' "$1
"; }

# today SQL: the library a day later, with what the SQL did to it, in backup.sql; its database is this scenario's own.
A_DAY="INSERT INTO loans (member, book, lent) SELECT 1 + seq * 5 % 600, 1 + seq * 3 % 400, TIMESTAMP'2026-03-14 04:00:00' + INTERVAL seq * 97 MINUTE FROM seq_1_to_10; INSERT INTO visits SELECT UNHEX(MD5(seq + 5000)), seq, TIMESTAMP'2026-03-14 02:20:00' + INTERVAL seq * 30 MINUTE FROM seq_1_to_40"
today() {
  scratch ""
  sql "$MINE" < "$LIBRARY"
  sql "$MINE" <<<"DROP TRIGGER loans_before; ${2-$A_DAY}; ${1:-DO 0}"
  sql "$MINE" <<<"CREATE TRIGGER loans_before BEFORE UPDATE ON loans FOR EACH ROW SET NEW.lent = OLD.lent"
  dump --routines --events --triggers --hex-blob $MINE > backup.sql
  sql <<<"DROP DATABASE $MINE"
}

# mb ARGUMENTS…: mariadb-backup against the source server; what it says goes to a file.
mb() {
  mariadb-backup --no-defaults --backup --user=root --socket="$SOCKET" --datadir="$BENCH/server/data" "$@" 2> "$FOLDER/mb.log" ||
    { tail -5 "$FOLDER/mb.log" >&2; return 1; }
}

# physical KIND FOLDER: a copy of one of the bench's physical backups (raw, prepared, copied), to damage.
physical() { cp -a "$PHYSICAL/$1" "$2"; }

# page FILE NUMBER OFFSET BYTES: writes bytes (as printf has them) into a page of 16 KiB.
page() { printf "$4" | dd of="$1" bs=1 seek=$(($2 * 16384 + $3)) conv=notrunc status=none; }

# stamp_mysql DATABASE ARGUMENTS…: `proofback stamp` against the source server, for a backup that is called as what it is
# redirected to (backup.sql, or what --file names). stamp_pg: the same at PostgreSQL's.
stamp_mysql() { "$PROOFBACK" stamp --output backup.sql.proof.json --dsn "mysql://root@/$1?socket=$SOCKET" "${@:2}"; }
stamp_pg() {
  local name=backup.sql
  case "$*" in *-Fc*) name=backup.dump ;; esac
  "$PROOFBACK" stamp --output $name.proof.json --dsn "postgresql://postgres@/$1?socket=$PGSOCKETS" "${@:2}"
}
