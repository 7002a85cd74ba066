-- The source of all scenarios about earlier runs: a library on the morning of 2026-03-14. Rows enough for their distribution to
-- say something, from sequences and hashes: the same every time.
CREATE DATABASE library CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE library;

CREATE TABLE members (
  id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(120) NOT NULL,
  email varchar(190) DEFAULT NULL,
  fee decimal(9,2) NOT NULL,
  photo blob NOT NULL,
  joined datetime NOT NULL,
  due datetime NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY email (email)
) ENGINE=InnoDB;
INSERT INTO members SELECT seq, CONCAT(ELT(1 + seq % 4, 'Ænne', 'Wilhelm 📚', 'Zoë', 'Ole'), ' ', LEFT(MD5(seq), 6)),
  CONCAT('planted', seq, '@library.example'), 10 + seq * 37 % 900 / 10,
  UNHEX(CONCAT(SHA2(seq, 512), SHA2(seq + 1000, 512), SHA2(seq + 2000, 512))),
  TIMESTAMP'2026-03-14 01:00:00' - INTERVAL (600 - seq) * 667 MINUTE - INTERVAL seq * 13 % 60 SECOND,
  TIMESTAMP'2026-03-15 00:00:00' + INTERVAL seq * 17 % 720 HOUR + INTERVAL seq * 7 % 3600 SECOND FROM seq_1_to_600;

CREATE TABLE books (
  id int unsigned NOT NULL AUTO_INCREMENT,
  title varchar(120) NOT NULL,
  shelf varchar(20) NOT NULL,
  blurb text NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;
INSERT INTO books SELECT seq, CONCAT('On the matter of ', LEFT(MD5(seq), 5)), LEFT(SHA2(seq, 256), 4 + seq % 6),
  REPEAT(CONCAT('a story of ', LEFT(MD5(seq + 7), 4), ' and its ', LEFT(MD5(seq + 8), 3), ' '), 1 + seq % 9) FROM seq_1_to_400;

CREATE TABLE loans (
  id int unsigned NOT NULL AUTO_INCREMENT,
  member int unsigned NOT NULL,
  book int unsigned NOT NULL,
  lent datetime NOT NULL,
  PRIMARY KEY (id), KEY lent (lent),
  CONSTRAINT loans_member FOREIGN KEY (member) REFERENCES members (id),
  CONSTRAINT loans_book FOREIGN KEY (book) REFERENCES books (id)
) ENGINE=InnoDB;
INSERT INTO loans SELECT seq, 1 + seq * 7 % 600, 1 + seq * 11 % 400,
  TIMESTAMP'2026-03-14 01:40:00' - INTERVAL (4000 - seq) * 144 MINUTE + INTERVAL seq * 37 % 60 SECOND FROM seq_1_to_4000;

CREATE TABLE visits (id binary(16) NOT NULL PRIMARY KEY, member int unsigned NOT NULL, seen datetime NOT NULL) ENGINE=InnoDB;
INSERT INTO visits SELECT UNHEX(MD5(seq)), seq, TIMESTAMP'2026-03-14 01:50:00' - INTERVAL seq * 30 MINUTE FROM seq_1_to_200;

CREATE TABLE notices (body varchar(200) NOT NULL, posted date NOT NULL) ENGINE=InnoDB;
INSERT INTO notices SELECT CONCAT('closed on day ', seq, ' for ', LEFT(MD5(seq), 8)), DATE'2026-01-01' - INTERVAL seq DAY FROM seq_1_to_80;

CREATE TABLE cards (id int unsigned NOT NULL PRIMARY KEY, colour varchar(10) NOT NULL) ENGINE=InnoDB;
INSERT INTO cards SELECT seq * 3, ELT(1 + seq % 3, 'red', 'blue', 'green') FROM seq_1_to_200;
-- Refers to cards, and says so nowhere.
CREATE TABLE holds (id int unsigned NOT NULL PRIMARY KEY, card int unsigned NOT NULL) ENGINE=InnoDB;
INSERT INTO holds SELECT seq, 3 * (1 + seq * 7 % 200) FROM seq_1_to_300;

CREATE TABLE counters (name varchar(20) NOT NULL PRIMARY KEY, value bigint NOT NULL) ENGINE=InnoDB;
INSERT INTO counters VALUES ('invoice', 48211), ('letter', 3120);

CREATE SEQUENCE tickets START WITH 700;
CREATE VIEW popular AS SELECT book, COUNT(*) AS loans FROM loans GROUP BY book;
CREATE TRIGGER loans_before BEFORE UPDATE ON loans FOR EACH ROW SET NEW.lent = OLD.lent;
CREATE PROCEDURE tidy() DELETE FROM visits WHERE seen < NOW() - INTERVAL 6 DAY;
CREATE EVENT tidying ON SCHEDULE EVERY 1 DAY DISABLE DO CALL tidy();
