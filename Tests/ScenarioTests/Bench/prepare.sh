# Makes what all scenarios share, once: the source database, the two good dumps, and the keys. Run in $BENCH, with
# recipe.sh sourced before it.

sql < "$OWN/observatory.sql"
dump --routines --events --triggers --single-transaction observatory > "$DUMP"
dump --routines --events --triggers --single-transaction --all-databases > "$ALL"

pg < "$OWN/harbour.sql"
pg_dump harbour > "$HARBOUR"
pg_dump -Fc harbour > "$HARBOURC"

mkdir -m 700 -p home
GPG="gpg --homedir $BENCH/home --batch --quiet --no-tty --pinentry-mode loopback"
cd "$KEYS"
printf 'bobs-planted-passphrase\n' > bob.pass
printf 'symmetric-planted-passphrase\n' > symmetric.pass
printf 'another\n' > wrong.pass
for name in ada mallory; do
  $GPG --passphrase '' --quick-generate-key $name@observatory.example future-default default never 2>/dev/null
done
$GPG --passphrase-file bob.pass --quick-generate-key bob@observatory.example future-default default never 2>/dev/null
$GPG --passphrase '' --faked-system-time 20240101T000000 --quick-generate-key eve@observatory.example future-default default 30d 2>/dev/null
for name in ada mallory bob eve; do
  $GPG --passphrase-file bob.pass --armor --export-secret-keys $name@observatory.example > $name.sec
  $GPG --export $name@observatory.example > $name.pub
done
gpgconf --homedir "$BENCH/home" --kill all
rm -r "$BENCH/home"
openssl genpkey -algorithm ed25519 -out proof.key
openssl pkey -in proof.key -pubout -out proof.pub
age-keygen -o age.key 2>/dev/null
age-keygen -y age.key > age.pub
age-keygen -o other-age.key 2>/dev/null
age-keygen -y other-age.key > other-age.pub

# Physical backups of the source, before anything else lies there: as mariadb-backup leaves them, prepared, as a stream, and a
# copy of the server's own folder while nothing is written.
mkdir -p "$PHYSICAL"
mb --target-dir="$PHYSICAL/raw"
mb --stream=xbstream --parallel=3 > "$PHYSICAL/all.xb"
cp -a "$PHYSICAL/raw" "$PHYSICAL/prepared"
mariadb-backup --no-defaults --prepare --use-memory=64M --target-dir="$PHYSICAL/prepared" 2> prepare.log
cp -a "$BENCH/server/data" "$PHYSICAL/copied"
rm -f "$PHYSICAL"/copied/bin.* "$PHYSICAL"/copied/ibtmp1

# The library, and what its first passed run leaves.
cd "$BENCH"
sql < "$OWN/library.sql"
dump --routines --events --triggers --hex-blob --single-transaction library > "$LIBRARY"
"$PROOFBACK" run "$LIBRARY" --as-of 2026-03-14T03:00:00Z --save-baseline "$PAST" --state-folder "$STATE" > past.log 2>&1 ||
  { cat past.log >&2; exit 1; }

# Large enough that every stage can be seen, and its programs killed.
MINE=big
scratch "CREATE TABLE big (id int PRIMARY KEY, b longblob, KEY b (b(200))); INSERT INTO big SELECT seq, REPEAT(SHA2(seq,512),10) FROM seq_1_to_60000"
FOLDER=$BENCH
dump $MINE | zstd -q -1 | gpg_to ada > "$BIG"
sql <<<"DROP DATABASE $MINE"
gpgconf --homedir "$BENCH/g" --kill all
rm -r "$BENCH/g"
