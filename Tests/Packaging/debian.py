"""The Debian package, by what dpkg and lintian say; boot.py installs it."""

import re

from behaviour import behaviour
from world import PACKAGING, run, swift_libraries


@behaviour("lintian finds nothing in the Debian package", quick=True)
def _(world):
    done = run("lintian", "--allow-root", "--tag-display-limit", "0", "--fail-on", "error,warning", world.package, check=False)
    found = [line for line in done.stdout.splitlines() if re.match("[EW]:", line)]
    if swift_libraries(world.program):
        # Only a program that is linked to Swift's own libraries has them outside of Debian's folders.
        found = [line for line in found if "custom-library-search-path" not in line]
    assert not found, "\n".join(found)


@behaviour("the Debian package depends on what the program and its sandbox call, and recommends a DBMS", quick=True)
def _(world):
    field = lambda name: run("dpkg-deb", "-f", world.package, name).stdout
    depends = re.split(r",\s*", field("Depends").strip())
    names = {one.split()[0] for one in depends}
    needed = {"libc6", "libsqlite3-0", "libmongoc-1.0-0", "bubblewrap", "curl", "openssh-client", "gnupg", "openssl", "zstd",
              "xz-utils", "bzip2", "adduser"}
    assert needed <= names, needed - names
    assert "mariadb-server | docker.io" in field("Recommends")
    assert field("Version").strip() == run(world.program, "--version").stdout.strip()


@behaviour("the Debian package has the unit, its settings, a manual page of every command, and root owns all", quick=True)
def _(world):
    listing = run("dpkg-deb", "-c", world.package).stdout
    for path in ("usr/bin/proofback", "lib/systemd/system/proofback.service", "etc/default/proofback",
                 "usr/share/man/man1/proofback.1.gz", "usr/share/bash-completion/completions/proofback"):
        assert f" ./{path}\n" in listing, path
    assert all(line.split()[1] == "root/root" for line in listing.splitlines())
    manual = (PACKAGING / "debian/proofback.1").read_text().replace("\\-", "-")
    commands = re.findall(r"^  ([a-z-]+(?:, [a-z-]+)*)  ", run(world.program, "--help").stdout.split("SUBCOMMANDS:")[1], re.M)
    missing = [name for line in commands for name in line.split(", ") if not re.search(rf"(^|[ \"]){name}([ \"]|$)", manual, re.M)]
    assert commands and not missing, missing
    formatted = run("man", "--warnings", "-l", PACKAGING / "debian/proofback.1", env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}, check=False) \
        if run("sh", "-c", "command -v man", check=False).returncode == 0 else None
    assert formatted is None or (formatted.returncode == 0 and not formatted.stderr), formatted.stderr
