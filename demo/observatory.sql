-- The demo's database: invented stations and what they saw.
CREATE TABLE station (
  id INT PRIMARY KEY AUTO_INCREMENT,
  name VARCHAR(80) NOT NULL,
  keeper VARCHAR(80) NOT NULL,
  latitude DECIMAL(8,5), longitude DECIMAL(8,5),
  UNIQUE KEY name (name)
) CHARSET utf8mb4;
CREATE TABLE sighting (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  station_id INT NOT NULL,
  seen DATETIME NOT NULL,
  magnitude DECIMAL(6,2),
  note TEXT,
  KEY seen (seen),
  CONSTRAINT sighting_station FOREIGN KEY (station_id) REFERENCES station (id)
) CHARSET utf8mb4;
INSERT INTO station (name, keeper, latitude, longitude)
  SELECT CONCAT('Station ', seq), CONCAT('Keeper O''Hara ', seq), 40 + seq / 100, 7 + seq / 100 FROM seq_1_to_300;
INSERT INTO sighting (station_id, seen, magnitude, note)
  SELECT 1 + seq % 300, '2026-01-01' + INTERVAL seq MINUTE, seq % 20, CONCAT('comet (faint); "', seq, '" drifts \\ away')
  FROM seq_1_to_40000;
CREATE VIEW bright AS
  SELECT s.name, g.seen, g.magnitude FROM sighting g JOIN station s ON s.id = g.station_id WHERE g.magnitude < 2;
CREATE TRIGGER sighting_note BEFORE INSERT ON sighting FOR EACH ROW SET NEW.note = COALESCE(NEW.note, '');
CREATE PROCEDURE forget_before(day DATE) DELETE FROM sighting WHERE seen < day;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL forget_before('2000-01-01');
