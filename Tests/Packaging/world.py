"""What the behaviours share: folders, programs, an AWS of moto's, a Docker of our own. Made when first asked for."""

import functools
import os
import pathlib
import shutil
import subprocess
import time
import urllib.request

from behaviour import Skipped
from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
KEPT = ROOT / ".build" / "packaging"


def run(*command, check=True, timeout=300, **options) -> subprocess.CompletedProcess:
    """Ends with what it printed in the error, when it fails."""
    done = subprocess.run(
        [str(word) for word in command], text=True, timeout=timeout,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def tied(*command, **options) -> subprocess.Popen:
    """Runs beside us, and ends with us however we end."""
    return subprocess.Popen(["/usr/bin/setpriv", "--pdeathsig", "KILL", *map(str, command)], text=True, **options)


def end(process: subprocess.Popen, within=60) -> int:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def until(true, what: str, within=90):
    """Asks until it is so. The time only bounds what will never be."""
    deadline = time.monotonic() + within
    while not (answer := true()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within} s for: {what}")
        time.sleep(0.2)
    return answer


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


class World:
    def __init__(self, folder: pathlib.Path, program: str):
        self.folder = folder
        self.program = program
        self.closing = []

    def new_folder(self, name: str) -> pathlib.Path:
        for number in range(1000):
            folder = self.folder / f"{name}-{number}"
            if not folder.exists():
                folder.mkdir(mode=0o755)
                return folder
        raise AssertionError("too many folders")

    def close(self):
        for close in reversed(self.closing):
            close()

    @functools.cached_property
    def package(self) -> pathlib.Path:
        """A Debian package of the program, made fast."""
        done = run(PACKAGING / "debian/build", "--binary", self.program, "--output", self.folder / "packages",
                   "--compression", "gzip")
        return pathlib.Path(done.stdout.strip())

    @functools.cached_property
    def aws(self):
        from cloud import Cloud
        cloud = Cloud(self.folder)
        self.closing.append(cloud.close)
        return cloud

    @functools.cached_property
    def docker(self):
        from engine import Engine
        if os.geteuid() != 0:
            raise Skipped("a Docker of our own needs root")
        engine = Engine(self.new_folder("docker"))
        self.closing.append(engine.close)
        return engine


def debian(name: str, include: list[str], *options: str) -> pathlib.Path:
    """A Debian 12 with these packages, as a tar; kept in .build, since it takes minutes."""
    import hashlib
    KEPT.mkdir(parents=True, exist_ok=True)
    words = " ".join([*include, *options])
    kept = KEPT / f"{name}-{hashlib.sha256(words.encode()).hexdigest()[:12]}.tar"
    if not kept.exists():
        for old in KEPT.glob(f"{name}-*.tar"):
            old.unlink()
        part = kept.with_suffix(".part.tar")
        run("mmdebstrap", "--variant=apt", "--mode=root", "--aptopt=APT::Install-Recommends \"false\"",
            f"--include={','.join(include)}", *options, "bookworm", part, timeout=900)
        part.rename(kept)
    return kept


def compose() -> pathlib.Path:
    """Docker Compose 2, which Debian 12 has not: the program alone, of Debian 13's package."""
    kept = KEPT / "docker-compose"
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        tar, path = KEPT / "docker-compose.tar", "./usr/libexec/docker/cli-plugins/docker-compose"
        run("mmdebstrap", "--variant=extract", "--mode=root", "--aptopt=APT::Install-Recommends \"false\"",
            "--include=docker-compose", "trixie", tar)
        part = KEPT / "docker-compose.part"
        with open(part, "wb") as file:
            run("tar", "-xf", tar, "--to-stdout", path, stdout=file)
        part.chmod(0o755)
        part.rename(kept)
        tar.unlink()
    return kept


def swift_libraries(program: str) -> list[str]:
    """What a debug build needs besides Debian's libraries; nothing of a program that was linked statically."""
    found = run("ldd", program).stdout
    return sorted({line.split()[2] for line in found.splitlines() if "=> /opt/swift" in line or "=> /usr/lib/swift" in line})


def give_libraries(program: str, root: pathlib.Path):
    """Swift's libraries at the place where the program looks for them."""
    for library in swift_libraries(program):
        place = root / library.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)
