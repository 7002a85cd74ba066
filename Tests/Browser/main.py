"""Carries out the stories, looks at the pages, writes what the documents are made from. See README.md."""

import argparse
import pathlib
import signal
import sys
import time
import traceback

from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/Fixtures/ports"))

import documents
import hostile
import pages
import ways
from server import Server
from story import all_stories, chosen
from world import World

PICTURES = ROOT / ".build" / "screenshots"


def main() -> int:
    options = arguments()
    if options.stories:
        return documents.stories(ROOT, all_stories(), check=options.check)
    # A time limit from outside ends it like an error, so that all is taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("it takes too long"))
    # A busy machine is no failure.
    expect.set_options(timeout=20_000)
    PICTURES.mkdir(parents=True, exist_ok=True)
    server = Server(options.program, options.folder, "--runs", "4")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            world = World(server, browser, PICTURES)
            failures = carry_out(world, options)
            browser.close()
        code = server.stop()
        if code != 0:
            failures.append("the server")
            print(f"✘ the server ended with {code}: {''.join(server.log[-20:])}")
    finally:
        server.stop()
    print(f"{len(failures)} failed: {', '.join(failures)}" if failures else "all stories hold")
    return 1 if failures else 0


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, help="empty; everything is made in it")
    parser.add_argument("--program", default=str(ROOT / ".build" / "debug" / "proofback"))
    parser.add_argument("--only", help="one story's number, or stories, ways, hostile; pages: with the stories that fill them", default="")
    parser.add_argument("--tour", action="store_true", help="also write docs/tour.md and its pictures")
    parser.add_argument("--stories", action="store_true", help="write docs/stories.md, and nothing else")
    parser.add_argument("--check", action="store_true", help="with --stories: say whether it is current")
    return parser.parse_args()


def carry_out(world: World, options) -> list[str]:
    failures = []
    attempt("preparing", world.prepare, world, failures)
    if failures:
        return failures
    if options.only.startswith("US"):
        stories = chosen(options.only)
    else:
        stories = [] if options.only in ("ways", "hostile") else all_stories()
    for story in stories:
        attempt(f"{story.number} {story.says}", lambda: story.carry_out(world), world, failures)
    if options.only in ("", "ways"):
        for name, way in ways.WAYS.items():
            attempt(name, lambda: way(world), world, failures)
    if options.only in ("", "pages"):
        attempt("a past", lambda: make_past(world), world, failures)
        attempt("every page in light, dark and at 320 pixels", lambda: none(pages.look_at_all(world)), world, failures)
        if options.tour:
            attempt("the tour", lambda: documents.tour(ROOT, world), world, failures)
    if options.only in ("", "hostile"):
        attempt("hostile names", lambda: none(hostile.check(world, options.program)), world, failures)
    return failures


def make_past(world: World):
    """Ninety days of one schedule, some of the others, so that strips and charts have something to show."""
    for name, days, bad in (("shop", 89, 33), ("wiki", 3, 0), ("ledger", 12, 0)):
        world.give_past(world.kept[name], days, bad)
        with world.session("ben") as page:
            page.goto(world.kept[name])
            page.get_by_role("button", name="Run Now").click()
            page.wait_for_url("**/runs/*")
            world.kept["again"] = world.ended(page)


def none(problems: list[str]):
    assert not problems, "\n    ".join(["", *problems])


def attempt(name: str, work, world: World, failures: list[str]):
    """One part; what the browser complained about meanwhile is its failure too."""
    world.complaints.clear()
    started = time.monotonic()
    try:
        work()
        none(world.complaints)
        print(f"✔ {name} ({time.monotonic() - started:.1f} s)", flush=True)
    except Exception as error:
        failures.append(name.split()[0] if name.startswith("US") else name)
        place = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in place if "site-packages" not in frame.filename and "/Browser/" in frame.filename][-1]
        print(f"✘ {name}\n    {pathlib.Path(own.filename).name}:{own.lineno}: {own.line}\n    {str(error)[:1500]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
