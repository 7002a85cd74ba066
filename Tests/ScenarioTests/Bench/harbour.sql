-- A harbour's books: the source of PostgreSQL's scenarios, with every kind of object that a dump can hold.
CREATE ROLE harbour_master;
CREATE ROLE pilot;
CREATE DATABASE harbour;
\connect harbour
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore;
CREATE SCHEMA books;
CREATE TYPE books.flag AS ENUM ('red', 'green', 'yellow');
CREATE DOMAIN books.metres AS numeric(7,2) CHECK (VALUE > 0);
CREATE TABLE books.ships (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, flag books.flag,
  length books.metres, width books.metres, area numeric GENERATED ALWAYS AS (length * width) STORED,
  papers bytea, tags hstore, captain int);
CREATE TABLE books.people (id serial PRIMARY KEY, name text, ship int REFERENCES books.ships DEFERRABLE, boss int REFERENCES books.people);
ALTER TABLE books.ships ADD FOREIGN KEY (captain) REFERENCES books.people DEFERRABLE;
CREATE TABLE books.calls (ship int NOT NULL, berth text, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE books.calls_2023 PARTITION OF books.calls FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE books.calls_2024 PARTITION OF books.calls FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE books.calls_other PARTITION OF books.calls DEFAULT;
CREATE TABLE "Odd ""name" (" a\b" text, "c	d" text);
CREATE TABLE notes (body text);
CREATE TABLE empty_one (id int);
CREATE INDEX ships_by_name ON books.ships USING gin (name gin_trgm_ops);
CREATE INDEX calls_at ON books.calls (at);
CREATE FUNCTION books.shout(t text) RETURNS text LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT CASE WHEN t IS NULL THEN '' ELSE upper(t) END; END;
CREATE FUNCTION books.touch() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.berth := coalesce(NEW.berth, ';'); RETURN NEW; END $body$;
CREATE TRIGGER touched BEFORE INSERT ON books.calls FOR EACH ROW EXECUTE FUNCTION books.touch();
CREATE VIEW books.long_ships AS SELECT id, books.shout(name) AS name FROM books.ships WHERE length > 100;
CREATE MATERIALIZED VIEW books.per_ship AS SELECT ship, count(*) AS calls FROM books.calls GROUP BY ship;
CREATE SEQUENCE books.tickets START 1000;
INSERT INTO books.ships (name, flag, length, width, papers, tags)
  SELECT 'ship ' || g || E' of\tthe\nline \\ N', (ARRAY['red','green','yellow'])[1 + g % 3]::books.flag, 40 + g % 200, 8 + g % 30,
    decode(md5(g::text), 'hex'), hstore('no', g::text) FROM generate_series(1, 900) g;
INSERT INTO books.people (name, ship, boss) SELECT 'planted-person-' || g, g, CASE WHEN g > 1 THEN g / 2 END FROM generate_series(1, 900) g;
UPDATE books.ships SET captain = id;
INSERT INTO books.calls SELECT 1 + g % 900, 'berth ' || g % 12, '2022-06-01'::timestamptz + g * interval '8 hours' FROM generate_series(1, 3000) g;
INSERT INTO "Odd ""name" VALUES (E'\\.', E'a\\b'), (NULL, ''), ('--', '-- Name: nothing; Type: TABLE; Schema: -; Owner: -');
INSERT INTO notes SELECT '-- Data for Name: ' || g FROM generate_series(1, 5) g;
REFRESH MATERIALIZED VIEW books.per_ship;
SELECT setval('books.tickets', 4711);
SELECT lo_from_bytea(70001, decode(repeat('00ff', 3000), 'hex'));
SELECT lo_from_bytea(70002, 'a chart');
ALTER TABLE books.ships OWNER TO harbour_master;
ALTER SCHEMA books OWNER TO harbour_master;
GRANT USAGE ON SCHEMA books TO pilot;
GRANT SELECT ON books.long_ships, books.ships TO pilot;
ALTER DEFAULT PRIVILEGES FOR ROLE harbour_master IN SCHEMA books GRANT SELECT ON TABLES TO pilot;
COMMENT ON TABLE books.ships IS 'what floats; or did';
