/// Small dumps of a harbour's database, as the tools write them.
enum Fixture {
  static let header = #"""
    /*M!999999\- enable the sandbox mode */ 
    -- MariaDB dump 10.19-11.4.2-MariaDB, for debian-linux-gnu (x86_64)
    --
    -- Host: localhost    Database: harbour
    -- ------------------------------------------------------
    -- Server version	11.4.2-MariaDB-log

    /*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
    /*!40101 SET NAMES utf8mb4 */;
    /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

    """#

  static let trailer = """
    /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
    /*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

    -- Dump completed on 2026-11-22  2:15:07

    """

  static let ships = #"""
    --
    -- Table structure for table `ships`
    --

    DROP TABLE IF EXISTS `ships`;
    /*!40101 SET @saved_cs_client     = @@character_set_client */;
    /*!40101 SET character_set_client = utf8 */;
    CREATE TABLE `ships` (
      `id` int(11) NOT NULL AUTO_INCREMENT,
      `na)me` varchar(60) NOT NULL DEFAULT '),(' COMMENT 'it''s; (a)',
      `gross` decimal(10,2) GENERATED ALWAYS AS (repeat('x',2)) STORED,
      PRIMARY KEY (`id`),
      UNIQUE KEY `by_name` (`na)me`),
      KEY `by_gross` (`gross`,`id`),
      CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `berths` (`id`)
    ) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
    /*!40101 SET character_set_client = @saved_cs_client */;

    --
    -- Dumping data for table `ships`
    --

    LOCK TABLES `ships` WRITE;
    /*!40000 ALTER TABLE `ships` DISABLE KEYS */;
    INSERT INTO `ships` VALUES
    (1,'Aurora it\'s; (a) \"ship\" -- /* hi','x'),
    (2,'B\\',NULL),(3,'),(''','/*!50000 q */'),
    (-4,'# x\n-- y INSERT INTO `ships` VALUES (9);',0x2829),(5,_binary '\'),(\\',1.5e3);
    INSERT INTO `ships` VALUES (6,"a\"),(b",'') -- (no row)
    , /* (nor here) */ (7,'',now());
    /*!40000 ALTER TABLE `ships` ENABLE KEYS */;
    UNLOCK TABLES;

    """#

  static let views = """
    --
    -- Temporary table structure for view `large`
    --

    DROP TABLE IF EXISTS `large`;
    /*!50001 DROP VIEW IF EXISTS `large`*/;
    /*!50001 CREATE VIEW `large` AS SELECT
     NULL AS `id`,
     NULL AS `name` */;

    --
    -- Final view structure for view `large`
    --

    /*!50001 DROP VIEW IF EXISTS `large`*/;
    /*!50001 CREATE ALGORITHM=UNDEFINED */
    /*!50013 DEFINER=`app`@`%` SQL SECURITY DEFINER */
    /*!50001 VIEW `large` AS select `ships`.`id` AS `id` from `ships` */;

    """

  static let routines = #"""
    DELIMITER ;;
    /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `upper_name` BEFORE INSERT ON `ships` FOR EACH ROW BEGIN
      SET NEW.x = 'it''s;;'; -- ;; not here
    END */;;
    CREATE DEFINER=`root`@`localhost` PROCEDURE `wait`(IN x INT)
    BEGIN SELECT SLEEP(0); INSERT INTO ships VALUES (1),(2); SELECT REPEAT('x',3) INTO @y; END ;;
    CREATE FUNCTION `f`() RETURNS int(11) RETURN 1;;
    /*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `purge` ON SCHEDULE EVERY 1 DAY DO DELETE FROM ships */ ;;
    DELIMITER ;

    """#

  static let whole = header + ships + views + routines + trailer
}
