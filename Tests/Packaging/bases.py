"""Debian 12 as the tests need it: made once, from Debian's packages."""

import re

from world import PACKAGING, debian


def packages(image: str) -> list[str]:
    """What an image installs, read from its Dockerfile."""
    text = (PACKAGING / f"docker/{image}.Dockerfile").read_text().replace("\\\n", " ")
    default = dict(re.findall(r'^ARG (\w+)="(.*)"$', text, re.M))
    [line] = re.findall(r"install-packages (age .*)$", text, re.M)
    return re.sub(r"\$\{(\w+)\}", lambda match: default[match.group(1)], line).split()


def image_base():
    """Has what both images install, since nothing can be installed while one is built here."""
    return debian("images", sorted({*packages("server"), *packages("worker")}))


def system():
    """A Debian 12 that boots, and has no more than that."""
    return debian("system", ["systemd-sysv", "dbus", "ca-certificates"])


if __name__ == "__main__":
    print(system())
    print(image_base())
