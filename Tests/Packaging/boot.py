"""The Debian package in a fresh Debian 12: installed by apt, booted by systemd, used, removed."""

import json
import os
import pathlib
import re
import shutil

import bases
from behaviour import Skipped, behaviour
from world import ROOT, World, give_libraries, run, tied, until


class Machine:
    """A root of its own, with the package installed as a user does it."""

    def __init__(self, world: World):
        if os.geteuid() != 0:
            raise Skipped("installing a package and booting a system need root")
        self.root = world.new_folder("machine")
        run("tar", "-xf", bases.system(), "-C", self.root)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        give_libraries(world.program, self.root)
        shutil.copy(world.package, self.root / "root")
        self.package = f"/root/{world.package.name}"
        # What is not booted yet starts nothing.
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        self.inside("apt-get update -qq")
        self.installed = self.inside(f"apt-get install -y -qq -o APT::Install-Recommends=true {self.package}")
        policy.unlink()
        self.process = None

    def inside(self, script: str, check=True):
        """In the root, before it boots; with a /proc."""
        return run("unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c",
                   f'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"', self.root, script,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
                   check=check, timeout=600)

    def boot(self):
        groups = next((path for path in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if os.path.exists(f"{path}/cgroup.procs")), None)
        if groups is None:
            raise Skipped("no cgroup v2 is mounted here, which systemd boots in")
        self.group = pathlib.Path(groups) / f"proofback-test-{os.getpid()}"
        self.group.mkdir()
        self.process = tied(
            "sh", "-c", f'echo $$ >{self.group}/cgroup.procs; exec setpriv --pdeathsig KILL unshare --pid --mount --uts --ipc --cgroup '
            f'--net --fork --kill-child "$0" "$1"', ROOT / "Tests/Packaging/boot-system", self.root, stdout=-3, stderr=-3)
        self.leader = until(self._leader, "the system's first process")
        until(lambda: self("systemctl is-system-running", check=False).stdout.strip() in ("running", "degraded"), "the boot", 120)
        self("ip link set lo up || true")

    def _leader(self) -> str | None:
        found = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return found[0] if found and "systemd" in pathlib.Path(f"/proc/{found[0]}/comm").read_text() else None

    def __call__(self, script: str, check=True):
        """In the running system."""
        return run("nsenter", "-t", self.leader, "-a", "/bin/sh", "-c", script, check=check, timeout=300,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            for folder in sorted(self.group.rglob("*"), reverse=True) + [self.group]:
                if folder.is_dir():
                    until(lambda: not folder.exists() or removed(folder), f"an empty {folder}", 30)


def removed(group: pathlib.Path) -> bool:
    try:
        group.rmdir()
        return True
    except OSError:
        return False


def machine(world: World) -> Machine:
    if not hasattr(world, "machine"):
        world.machine = Machine(world)
        world.closing.append(world.machine.close)
    return world.machine


@behaviour("apt installs the package in a fresh Debian with all that it needs; user and state folder are there, nothing starts by itself")
def _(world):
    one = machine(world)
    assert one.inside("systemctl is-enabled proofback", check=False).stdout.strip() == "disabled"
    owner = one.inside("stat -c '%U:%G %a' /var/lib/proofback").stdout.strip()
    assert owner == "proofback:proofback 711", owner
    assert one.inside("getent passwd proofback").stdout.strip().endswith("/usr/sbin/nologin")
    looked = one.inside("proofback doctor", check=False).stdout
    tools = looked.split("\ntools")[1].split("\nleftovers")[0]
    assert re.search(r"● mariadb +MariaDB", looked) and "✕" not in tools, looked


@behaviour("booted, the service is started by the administrator, answers /readyz, survives its death, and ends cleanly")
def _(world):
    one = machine(world)
    one.boot()
    assert one("systemctl is-active proofback", check=False).stdout.strip() == "inactive"
    one("systemctl enable --now proofback")
    ready = lambda: one("curl -fsS http://127.0.0.1:8080/readyz", check=False).stdout == "ready\n"
    until(ready, "the server")
    assert "/setup?token=" in one("journalctl -u proofback -o cat --no-pager").stdout
    assert one("stat -c %U /var/lib/proofback/state.sqlite").stdout.strip() == "proofback"
    one("systemctl kill --signal=KILL proofback")
    until(lambda: one("systemctl show -p NRestarts --value proofback").stdout.strip() == "1", "another start")
    until(ready, "the server again")
    one("systemctl stop proofback")
    assert one("systemctl show -p Result --value proofback").stdout.strip() == "success"
    one("echo 'PROOFBACK_OPTIONS=\"--listen nowhere\"' >>/etc/default/proofback; systemctl start proofback", check=False)
    until(lambda: one("systemctl is-failed proofback", check=False).stdout.strip() == "failed", "the failure")
    shown = one("systemctl show -p NRestarts -p ExecMainStatus proofback").stdout
    assert "ExecMainStatus=64" in shown and "NRestarts=0" in shown, shown
    one("sed -i '$d' /etc/default/proofback")


@behaviour("behind the unit's hardening the sandbox has its namespaces: a dump is restored and proven")
def _(world):
    one = machine(world)
    shutil.copy(ROOT / "Tests/Packaging/dump.sql", one.root / "srv/shop.sql")
    # The unit itself, with another thing to do.
    changes = "s|^ExecStart=.*|ExecStart=/usr/bin/proofback run /srv/shop.sql --format json --output /var/lib/proofback/report.json|"
    one(f"sed '{changes}; s/^Type=.*/Type=oneshot/; s/^Restart=.*/Restart=no/' /lib/systemd/system/proofback.service "
        ">/run/systemd/system/proofback-try.service; systemctl daemon-reload; systemctl start proofback-try", check=False)
    said = one("journalctl -u proofback-try -o cat --no-pager").stdout
    report = one("cat /var/lib/proofback/report.json", check=False).stdout
    assert report and json.loads(report)["verdict"] == "passed", said
    assert one("stat -c %U /var/lib/proofback/report.json").stdout.strip() == "proofback"


@behaviour("an upgrade keeps what the administrator enabled, a removal keeps the state, a purge takes it along")
def _(world):
    one = machine(world)
    one(f"apt-get install -y -qq --reinstall {one.package}")
    assert one("systemctl is-enabled proofback").stdout.strip() == "enabled"
    one("systemctl start proofback")
    one("apt-get remove -y -qq proofback")
    assert one("systemctl is-active proofback", check=False).stdout.strip() != "active"
    one("test -e /var/lib/proofback/state.sqlite")
    one("apt-get purge -y -qq proofback")
    one("test ! -e /var/lib/proofback && test ! -e /etc/default/proofback")
