-- The source of all SQL scenarios: an observatory's log book. Every kind of object that a dump can hold is in it.
CREATE DATABASE observatory CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE observatory;

CREATE TABLE instruments (
  id int unsigned NOT NULL AUTO_INCREMENT,
  code varchar(20) NOT NULL,
  aperture_mm decimal(7,1) NOT NULL,
  aperture_m double GENERATED ALWAYS AS (aperture_mm / 1000) STORED,
  PRIMARY KEY (id), UNIQUE KEY code (code)
) ENGINE=InnoDB;

CREATE TABLE observers (
  id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(120) NOT NULL,
  address varchar(190) DEFAULT NULL,
  PRIMARY KEY (id), UNIQUE KEY address (address)
) ENGINE=InnoDB;

CREATE TABLE sightings (
  id int unsigned NOT NULL AUTO_INCREMENT,
  observer int unsigned NOT NULL,
  instrument int unsigned NOT NULL,
  seen_at datetime NOT NULL,
  magnitude decimal(4,2) DEFAULT NULL,
  note text DEFAULT NULL,
  PRIMARY KEY (id), KEY seen (seen_at, magnitude), KEY observer (observer),
  CONSTRAINT sightings_observer FOREIGN KEY (observer) REFERENCES observers (id),
  CONSTRAINT sightings_instrument FOREIGN KEY (instrument) REFERENCES instruments (id)
) ENGINE=InnoDB;

CREATE TABLE plates (
  id int unsigned NOT NULL, sighting int unsigned NOT NULL, exposure longblob NOT NULL,
  PRIMARY KEY (id), KEY sighting (sighting)
) ENGINE=InnoDB;

CREATE TABLE weather (night date NOT NULL, cloud tinyint unsigned DEFAULT NULL, remark varchar(80)) ENGINE=Aria;

CREATE TABLE proposals (id int NOT NULL AUTO_INCREMENT, title varchar(100), PRIMARY KEY (id)) ENGINE=InnoDB;

CREATE TABLE journal (id bigint NOT NULL AUTO_INCREMENT, at datetime NOT NULL, what varchar(80), PRIMARY KEY (id)) ENGINE=InnoDB;

CREATE SEQUENCE plate_numbers START WITH 5000 INCREMENT BY 5;

INSERT INTO instruments (code, aperture_mm) VALUES ('great refractor', 650.0), ('astrograph', 340.5), ('comet seeker', 135.0);
INSERT INTO observers (name, address) VALUES
  ('Caroline Herschel', 'base-planted-caroline@observatory.example'), ('Wang Zhenyi 王贞仪', NULL),
  ('O''Connor \\ "the owl" 🦉', 'owl@observatory.example'), ('Zeile\nmit Umbruch; -- kein Kommentar', 'zeile@observatory.example');
INSERT INTO sightings (observer, instrument, seen_at, magnitude, note)
  SELECT 1 + seq % 4, 1 + seq % 3, '2024-01-01' + INTERVAL seq * 97 MINUTE, seq % 1900 / 100,
    CONCAT('field ', seq, IF(seq % 7 = 0, ' it''s ''clear''; (1,2),(3,4)', ''), IF(seq % 11 = 0, ' ☄️ \\ tail', ''), REPEAT(' seeing', seq % 9))
  FROM seq_1_to_4000;
INSERT INTO plates SELECT seq, seq, CONCAT(UNHEX(SHA2(seq, 512)), UNHEX('00275C220A0D1A'), UNHEX(SHA2(seq + 1, 512))) FROM seq_1_to_300;
INSERT INTO weather SELECT '2024-01-01' + INTERVAL seq DAY, seq % 9, IF(seq % 30 = 0, NULL, 'dry') FROM seq_1_to_366;

CREATE VIEW bright AS SELECT id, observer, seen_at, magnitude FROM sightings WHERE magnitude < 6;
CREATE VIEW a_bright_by_name AS SELECT o.name, COUNT(*) AS n FROM bright b JOIN observers o ON o.id = b.observer GROUP BY o.name;

DELIMITER ;;
CREATE TRIGGER note_proposal AFTER INSERT ON proposals FOR EACH ROW BEGIN
  INSERT INTO journal (at, what) VALUES (NOW(), CONCAT('proposal; ', NEW.id));
END ;;
CREATE FUNCTION flux(magnitude double) RETURNS double DETERMINISTIC BEGIN RETURN POW(10, -0.4 * magnitude); END ;;
CREATE PROCEDURE forget(IN before_day date) BEGIN
  DELETE FROM journal WHERE at < before_day;
  SELECT 'done; DELIMITER here means nothing';
END ;;
CREATE EVENT tidy ON SCHEDULE EVERY 1 WEEK STARTS '2030-01-01 00:00:00' DO DELETE FROM journal WHERE at < NOW() - INTERVAL 1 YEAR ;;
DELIMITER ;

CREATE DATABASE archive CHARACTER SET utf8mb4;
CREATE TABLE archive.nights (night date NOT NULL, hours decimal(4,1), PRIMARY KEY (night)) ENGINE=InnoDB;
INSERT INTO archive.nights SELECT '1900-01-01' + INTERVAL seq DAY, seq % 12 FROM seq_1_to_500;
CREATE USER archivist@localhost IDENTIFIED BY 'x';
GRANT SELECT ON archive.* TO archivist@localhost;
