"""Carries out the behaviours of packaging/. See README.md."""

import argparse
import importlib
import os
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Fixtures/ports"))

import behaviour
from world import ROOT, World

PARTS = ["definitions", "policies", "debian", "state", "jenkins", "entry", "deploy", "guide", "images", "boot"]


def main() -> int:
    options = arguments()
    for part in PARTS:
        importlib.import_module(part)
    chosen = [one for one in behaviour.ALL if one.is_quick or not options.quick]
    chosen = [one for one in chosen if options.only == one.hold.__module__ or options.only in one.sentence]
    if not chosen:
        print(f"nothing is called {options.only}")
        return 64
    # A time limit from outside ends it like an error, so that all is taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("it takes too long"))
    world = World(options.folder, options.program)
    try:
        failed, skipped = behaviour.carry_out(chosen, world)
    finally:
        world.close()
    if left := processes_left(options.folder):
        failed.append(f"processes are left: {'; '.join(left)}")
    if skipped:
        print(f"{len(skipped)} SKIPPED: {'; '.join(skipped)}")
    print(f"{len(failed)} of {len(chosen)} failed: {'; '.join(failed)}" if failed else f"all {len(chosen)} behaviours of packaging hold")
    return 1 if failed else 0


def processes_left(folder: pathlib.Path) -> list[str]:
    """Command lines of processes that have the folder among their arguments or variables, but for those that started us."""
    ours, parent = set(), os.getpid()
    while parent > 1:
        ours.add(parent)
        parent = int(pathlib.Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1])
    left = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if int(process.name) not in ours and str(folder).encode() in words + (process / "environ").read_bytes():
                left.append(words.replace(b"\0", b" ").decode(errors="replace")[:200])
        except OSError:
            continue
    return left


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="empty; everything is made in it")
    parser.add_argument("--program", default=str(ROOT / ".build" / "debug" / "proofback"))
    parser.add_argument("--quick", action="store_true", help="what make test carries out")
    parser.add_argument("--only", default="", help="those whose sentence contains this, or a file's: entry")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
