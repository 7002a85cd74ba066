"""Small backups, good and bad, as their tools write them."""

import gzip
import pathlib
import subprocess


def dump(rows: int = 40, tables=("customers", "orders", "items", "payments")) -> str:
    """As mariadb-dump writes it, with its trailer."""
    parts = ["-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
             "-- Host: localhost    Database: shop\n-- Server version\t10.11.6-MariaDB-0+deb12u1\n"]
    for number, table in enumerate(tables):
        parts.append(f"DROP TABLE IF EXISTS `{table}`;\nCREATE TABLE `{table}` (\n  `id` int(11) NOT NULL,\n"
                     "  `text` varchar(200) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n")
        values = ",".join(f"({row},'{table} number {row}')" for row in range(1, rows * (number + 1) + 1))
        parts.append(f"INSERT INTO `{table}` VALUES {values};\n")
    parts.append("-- Dump completed on 2026-11-25  3:15:02\n")
    return "".join(parts)


def sqlite_dump(rows: int = 30) -> str:
    """As `.dump` of sqlite3 writes it: the type that is restored fastest."""
    lines = "".join(f"INSERT INTO notes VALUES({row},'note {row}');\n" for row in range(1, rows + 1))
    return ("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT);\n"
            f"{lines}COMMIT;\n")


def write_gzip(path: pathlib.Path, text: str):
    path.write_bytes(gzip.compress(text.encode()))


def write_truncated(path: pathlib.Path):
    """Ends inside the rows of its last table."""
    text = dump()
    path.write_text(text[: text.rindex("INSERT INTO") + 400])


def write_big(path: pathlib.Path, megabytes: int, table: str = "measurements"):
    """Takes some seconds to restore, so that there is time to look."""
    with path.open("w") as file:
        file.write(f"CREATE TABLE `{table}` (`id` int, `text` text);\n")
        line = f"INSERT INTO `{table}` VALUES " + ",".join(f"({n},'{'x' * 200}')" for n in range(250)) + ";\n"
        for _ in range(megabytes * 1_000_000 // len(line)):
            file.write(line)


def age_key() -> tuple[str, str]:
    """A fresh identity and its recipient."""
    text = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True).stdout
    recipient = next(line.split()[-1] for line in text.splitlines() if "public key" in line)
    return text, recipient


def write_age(path: pathlib.Path, text: str, recipient: str):
    path.write_bytes(subprocess.run(["age", "-r", recipient], input=gzip.compress(text.encode()), check=True,
                                    capture_output=True).stdout)


def write_gpg(path: pathlib.Path, text: str, passphrase: str):
    """Symmetric: opened by a passphrase alone."""
    home = path.parent.parent / "gnupg"
    home.mkdir(mode=0o700, exist_ok=True)
    plain = home / "plain"
    plain.write_text(text)
    subprocess.run(
        ["gpg", "--homedir", str(home), "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase-fd", "0",
         "--no-symkey-cache", "-o", str(path), "-c", str(plain)],
        input=passphrase, text=True, check=True, capture_output=True)
    plain.unlink()
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, capture_output=True)


def ssh_key(folder: pathlib.Path) -> str:
    path = folder / "ssh-key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "backup", "-f", str(path)], check=True)
    text = path.read_text()
    path.unlink()
    path.with_suffix(".pub").unlink()
    return text
