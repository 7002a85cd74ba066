#!/usr/bin/env bash
# In an image of PostgreSQL: a cluster with two databases, and dumps of them by the image's own tools in $1, as each tool
# has them: plain, custom, directory (packed), tar, and of the whole cluster.
set -eu
out=$1
programs=$(echo /usr/lib/postgresql/*/bin)
data=/tmp/source
export LC_ALL=C.UTF-8
mkdir -p $data "$out" && chown postgres $data "$out"
as() { setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
as "$programs"/initdb -D $data -U postgres --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as "$programs"/postgres -D $data -k $data -c listen_addresses= -c fsync=off -c wal_level=replica 2>"$out"/server.log &
export PGHOST=$data PGUSER=postgres
tries=0
until "$programs"/psql -d postgres -c 'SELECT 1' >/dev/null 2>&1; do tries=$((tries + 1)); [ $tries -lt 300 ] || { cat "$out"/server.log; exit 1; }; sleep 0.2; done
"$programs"/psql -q -v ON_ERROR_STOP=1 -d postgres <<'SQL'
CREATE ROLE keeper LOGIN PASSWORD 'x'; CREATE ROLE readers;
CREATE DATABASE sky OWNER keeper; CREATE DATABASE plain; CREATE DATABASE newer;
\connect sky
CREATE EXTENSION pgcrypto; CREATE EXTENSION hstore; CREATE EXTENSION citext;
CREATE SCHEMA deep AUTHORIZATION keeper;
CREATE TYPE kind AS ENUM ('star', 'planet'); CREATE DOMAIN mass AS numeric(12,4) CHECK (VALUE >= 0);
CREATE TABLE deep.bodies (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name citext NOT NULL UNIQUE, kind kind NOT NULL, mass mass,
  twice numeric GENERATED ALWAYS AS (mass * 2) STORED, tags hstore, doc jsonb, seen timestamptz, parent bigint REFERENCES deep.bodies, picture bytea);
INSERT INTO deep.bodies (name, kind, mass, tags, doc, seen, picture) VALUES (E'Sirius ☆ \t tab \\ back', 'star', 2.063, 'a=>1', '{"x": [1, 2]}', '2026-01-02 03:04:05+00', decode('00ff10', 'hex'));
INSERT INTO deep.bodies (name, kind, mass, parent, seen) SELECT 'body ' || n, 'planet', n / 7.0, 1, '2026-02-03'::timestamptz + n * interval '1 hour' FROM generate_series(1, 500) n;
CREATE INDEX by_doc ON deep.bodies USING gin (doc); CREATE INDEX by_mass ON deep.bodies (mass) WHERE mass > 1;
CREATE TABLE visits (id int, day date NOT NULL, note text) PARTITION BY RANGE (day);
CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2000-01-01') TO ('2026-01-01');
CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2100-01-01');
INSERT INTO visits SELECT n, '2025-12-01'::date + n, repeat('é', n % 50) FROM generate_series(1, 60) n;
CREATE MATERIALIZED VIEW heavy AS SELECT name, mass FROM deep.bodies WHERE mass > 10; CREATE VIEW light AS SELECT name FROM deep.bodies WHERE mass <= 10;
CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, 'none'); RETURN NEW; END $$;
CREATE TRIGGER speak BEFORE INSERT ON visits_new FOR EACH ROW EXECUTE FUNCTION loud();
CREATE SEQUENCE tickets START 100; SELECT setval('tickets', 140) \gset
ALTER TABLE visits ENABLE ROW LEVEL SECURITY; CREATE POLICY all_may ON visits FOR SELECT TO readers USING (true);
GRANT SELECT ON ALL TABLES IN SCHEMA deep TO readers; ALTER TABLE visits OWNER TO keeper;
SELECT lo_from_bytea(0, decode(repeat('abcd', 100), 'hex')) \gset
COMMENT ON TABLE visits IS 'who was there';
\connect plain
CREATE TABLE numbers (n int PRIMARY KEY, square int); INSERT INTO numbers SELECT n, n * n FROM generate_series(1, 1000) n;
SQL
# What version 15 does not know: an identity column of a partitioned table (17).
"$programs"/psql -q -d newer >/dev/null 2>&1 -c "CREATE TABLE ticks (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE ticks_all PARTITION OF ticks DEFAULT; INSERT INTO ticks (day) VALUES ('2026-01-01');
  CREATE FUNCTION text_of(j jsonb) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT JSON_VALUE(j, '\$.a'); END" || true
"$programs"/pg_dump newer >"$out"/newer.sql
"$programs"/pg_dump sky >"$out"/plain.sql
"$programs"/pg_dump -Fc sky >"$out"/custom.dump
"$programs"/pg_dump -Ft sky >"$out"/tar.tar
"$programs"/pg_dump -Fd -j 2 -f /tmp/folder sky && tar -C /tmp -cf "$out"/folder.tar folder
"$programs"/pg_dumpall >"$out"/cluster.sql
"$programs"/pg_dump --inserts --rows-per-insert=50 plain >"$out"/inserts.sql
as "$programs"/pg_basebackup -U postgres -h $data -D - -Ft -X fetch -c fast >"$out"/base.tar
kill %1
