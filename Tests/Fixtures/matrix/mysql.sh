#!/usr/bin/env bash
# In an image of MySQL or MariaDB: a server with databases of several kinds, and dumps of them by the image's own tools in $1.
#   simple     tables of types that both flavours have, nothing else
#   portable   what both flavours have: triggers, routines, events, a view, a generated column
#   compact    the same without comments, header and settings
#   native     what only this one has
#   accounts   everything, the server's own schema and accounts too
set -eu
out=$1
data=/tmp/source
socket=$data/s
if command -v mariadbd >/dev/null; then
  server=mariadbd client=mariadb dump=mariadb-dump flavour=mariadb
  mariadb-install-db --no-defaults --user=root --datadir=$data >/dev/null
  own=()
else
  server=mysqld client=mysql dump=mysqldump flavour=mysql
  mysqld --no-defaults --user=root --initialize-insecure --datadir=$data 2>/dev/null
  # A source of the usual kind: replicated by GTID, so that its dumps carry GTID lines.
  own=(--gtid-mode=ON --enforce-gtid-consistency=ON --server-id=7 --log-bin="$data"/log --mysqlx=OFF)
fi
$server --no-defaults --user=root --datadir=$data --socket=$socket --skip-networking --innodb-flush-log-at-trx-commit=0 ${own[@]+"${own[@]}"} 2>"$out"/server.log &
sql() { $client --no-defaults --user=root --socket=$socket --default-character-set=utf8mb4 "$@"; }
tries=0
until sql -e 'SELECT 1' >/dev/null 2>&1; do tries=$((tries + 1)); [ $tries -lt 300 ] || { cat "$out"/server.log; exit 1; }; sleep 0.2; done

sql <<'SQL'
CREATE DATABASE portable CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE portable;
CREATE TABLE stars (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL, seen DATETIME(3), mass DECIMAL(12,4),
  twice DECIMAL(12,4) GENERATED ALWAYS AS (mass * 2) STORED, KEY by_name (name)) ENGINE=InnoDB;
CREATE TABLE planets (id INT PRIMARY KEY AUTO_INCREMENT, star INT NOT NULL, name VARCHAR(80), picture BLOB,
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT of_star FOREIGN KEY (star) REFERENCES stars (id)) ENGINE=InnoDB;
INSERT INTO stars (name, seen, mass) VALUES ('Sirius ☆ 🌟', '2026-01-02 03:04:05.678', 2.063), ('O''Neill \\ back', NULL, 0.1);
INSERT INTO stars (name, seen, mass) SELECT CONCAT('star ', a.n * 20 + b.n), '2026-02-03 04:05:06', a.n + b.n / 7 FROM
  (SELECT 1 n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10) a,
  (SELECT 1 n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10) b;
INSERT INTO planets (star, name, picture) SELECT id, CONCAT('planet of ', name), UNHEX(SHA2(name, 256)) FROM stars;
CREATE VIEW bright AS SELECT name, mass FROM stars WHERE mass > 1;
DELIMITER //
CREATE TRIGGER stars_named BEFORE INSERT ON stars FOR EACH ROW BEGIN IF NEW.name = '' THEN SET NEW.name = 'nameless'; END IF; END //
CREATE PROCEDURE rename_star(IN which INT, IN what VARCHAR(80)) BEGIN UPDATE stars SET name = what WHERE id = which; END //
CREATE FUNCTION heavy(m DECIMAL(12,4)) RETURNS INT DETERMINISTIC RETURN m > 5 //
CREATE EVENT forget ON SCHEDULE EVERY 1 DAY DO DELETE FROM planets WHERE changed < NOW() - INTERVAL 10 YEAR //
DELIMITER ;
SQL

sql <<'SQL'
CREATE DATABASE simple CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE simple;
CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, note VARCHAR(200), seen DATETIME, KEY by_note (note)) ENGINE=InnoDB;
INSERT INTO notes (note, seen) SELECT CONCAT('note of ', name), seen FROM portable.stars;
SQL
if [ $flavour = mysql ]; then
  sql <<'SQL'
CREATE DATABASE native CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
USE native;
CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, doc JSON NOT NULL, total DECIMAL(10,2) CHECK (total >= 0),
  hidden INT INVISIBLE DEFAULT 7, secret VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_general_cs,
  KEY by_upper ((CAST(doc->>'$.name' AS CHAR(40)) COLLATE utf8mb4_bin)), KEY by_total (total DESC)) COLLATE=utf8mb4_0900_as_cs;
CREATE TABLE places (id INT PRIMARY KEY, at POINT NOT NULL SRID 4326, SPATIAL KEY (at));
CREATE TABLE vectors (id INT PRIMARY KEY, v VECTOR(3));
CREATE TABLE logs (id INT NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day))
  (PARTITION p0 VALUES LESS THAN (2025), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO orders (doc, total, secret) VALUES ('{"name": "ada", "tags": [1, 2]}', 12.50, 'x'), ('{"name": "grace"}', 0, NULL), ('{"name": "zoë"}', 3, 'é');
INSERT INTO places VALUES (1, ST_GeomFromText('POINT(48.2 16.3)', 4326)), (2, ST_GeomFromText('POINT(52.5 13.4)', 4326));
INSERT INTO vectors VALUES (1, STRING_TO_VECTOR('[1,2,3]')), (2, NULL);
INSERT INTO logs VALUES (1, '2024-05-06'), (2, '2026-05-06');
CREATE VIEW ranked AS SELECT id, total, RANK() OVER (ORDER BY total DESC) AS place FROM orders;
CREATE ROLE readers; CREATE USER ada IDENTIFIED WITH caching_sha2_password BY 'x' DEFAULT ROLE readers;
GRANT SELECT ON native.* TO readers; GRANT readers TO ada;
SQL
else
  sql <<'SQL'
CREATE DATABASE native CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci;
USE native;
CREATE SEQUENCE tickets START WITH 100 INCREMENT BY 5;
CREATE TABLE orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, doc JSON, address INET6, guest UUID, total DECIMAL(10,2) CHECK (total >= 0)) COLLATE=utf8mb4_uca1400_as_cs;
CREATE TABLE prices (id INT PRIMARY KEY, price INT) WITH SYSTEM VERSIONING;
CREATE TABLE words (id INT PRIMARY KEY, word TEXT, FULLTEXT (word)) ENGINE=Aria;
INSERT INTO orders (doc, address, guest, total) VALUES ('{"name": "ada"}', '::1', UUID(), 12.5), ('{"name": "grace"}', '::ffff:10.0.0.1', UUID(), 0);
INSERT INTO prices VALUES (1, 10), (2, 20); UPDATE prices SET price = 11 WHERE id = 1;
CREATE DATABASE locked; CREATE SEQUENCE locked.tickets START WITH 100;
CREATE TABLE locked.orders (id BIGINT PRIMARY KEY DEFAULT NEXTVAL(locked.tickets), total INT);
INSERT INTO locked.orders (total) VALUES (1), (2);
INSERT INTO words VALUES (1, 'hello world'), (2, 'zoë');
CREATE ROLE readers; CREATE USER ada IDENTIFIED BY 'x'; GRANT SELECT ON native.* TO readers; GRANT readers TO ada;
SQL
fi

dump() { $dump --no-defaults --user=root --socket=$socket --single-transaction --routines --events --triggers "$@"; }
# The server's message about GTIDs goes where it belongs.
# shellcheck disable=SC2129
dump simple >"$out"/simple.sql 2>>"$out"/tool.log
dump portable >"$out"/portable.sql 2>>"$out"/tool.log
dump --databases native >"$out"/native.sql 2>>"$out"/tool.log
if [ $flavour = mariadb ]; then
  # mariadb-dump locks the table and not its sequence: the server refuses these rows from its own tool.
  dump --databases locked >"$out"/locked.sql 2>>"$out"/tool.log
  sql -e 'DROP DATABASE locked'
fi
dump --all-databases >"$out"/accounts.sql 2>>"$out"/tool.log
dump --databases portable --hex-blob --skip-extended-insert --order-by-primary --skip-comments --compact >"$out"/compact.sql 2>>"$out"/tool.log
if [ $flavour = mysql ]; then dump --set-gtid-purged=OFF --column-statistics portable >"$out"/no-gtid.sql 2>>"$out"/tool.log; fi
if command -v mariadb-backup >/dev/null; then
  mariadb-backup --no-defaults --backup --user=root --socket=$socket --datadir=$data --target-dir=/tmp/physical 2>>"$out"/tool.log
  tar -C /tmp/physical -cf "$out"/physical.tar .
  mariadb-backup --no-defaults --prepare --target-dir=/tmp/physical 2>>"$out"/tool.log
  tar -C /tmp/physical -cf "$out"/prepared.tar .
fi
kill %1
