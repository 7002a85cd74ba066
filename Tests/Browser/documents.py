"""What is written from the stories and their pictures: docs/stories.md, docs/tour.md."""

import re
from pathlib import Path

HEAD = """# Stories

What people do with Proofback, and the tests that say that they can. Made by `make docs` from the tests themselves.

| story | what it is | in a browser | over the API |
|---|---|---|---|
"""


def stories(root: Path, all_stories, check: bool) -> int:
    api = api_tests(root, all_stories)
    rows = [f"| {one.number} | {one.says} | [{one.carry_out.__name__}](../{one.file}) | {api.get(one.number, '')} |\n"
            for one in all_stories]
    text, path = HEAD + "".join(rows), root / "docs" / "stories.md"
    if not check:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        print("docs/stories.md is not current: make docs")
        return 1
    return 0


def api_tests(root: Path, all_stories) -> dict[str, str]:
    """Tests whose name begins with stories' numbers (US6, US7-7.7) and that speak of the API, in it or in their file's: each
    with its suite and its function."""
    found = {}
    for path in sorted((root / "Tests").rglob("*.swift")):
        suite = ""
        for struct, name in re.findall(r"@Suite.*?struct (\w+)|func `(US[0-9][^`]*)`", path.read_text()):
            suite = struct or suite
            if not name or ("API" not in name and "API" not in path.name):
                continue
            says = name.split(": ", 1)[1].replace("|", "&#124;")
            test = f"[{suite}: {says}](../{path.relative_to(root)})"
            for first, last in re.findall(r"US([0-9.]+[0-9]|[0-9]+)(?:-([0-9.]+[0-9]|[0-9]+))?", name):
                for one in all_stories:
                    if order(first) <= one.order <= order(last or first):
                        found.setdefault(one.number, test)
    return found


def order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


# The product in ten pictures: the page's picture, and what is to be seen.
TOUR = [
    ("home", "/", "light", "Home answers one question in its first line, and then says what needs you."),
    ("home-dark", "/", "dark", "The same in the dark, for the same person at two in the morning."),
    ("bad", lambda world: world.kept["bad"], "light",
     "A backup that can't be trusted: the one cause first, with what shows it and what to do."),
    ("live", None, "light", "A run as it goes on: its stage, bytes, rate and the time that is left."),
    ("good", lambda world: world.kept["again"], "light",
     "A proof: the stages with their time, and what came back held against the last proof."),
    ("schedule", lambda world: world.kept["shop"], "light",
     "A schedule with its last ninety results, how long they took, and how large the file was."),
    ("form", "/schedules/new", "light", "The form shows the next five times as you type."),
    ("runs", "/runs", "light", "All runs, each with its cause."),
    ("credentials", "/credentials", "light", "Keys are stored sealed, and never shown again."),
    ("phone", "/", "phone", "On a phone tables become cards."),
]


def tour(root: Path, world):
    folder = root / "docs" / "tour"
    folder.mkdir(exist_ok=True)
    lines = ["# The product in ten pictures\n\nMade by `make tour` from the pages themselves.\n"]
    for name, path, look, says in TOUR:
        picture = folder / f"{name}.png"
        if path is None:
            picture.write_bytes((world.pictures / "run-live.png").read_bytes())
        else:
            take(world, path if isinstance(path, str) else path(world), look, picture)
        lines.append(f"\n{says}\n\n![{says}](tour/{name}.png)\n")
    (root / "docs" / "tour.md").write_text("".join(lines))
    large = [one.name for one in folder.glob("*.png") if one.stat().st_size > 120_000]
    assert not large, f"pictures are too large: {large}"


def take(world, path: str, look: str, picture: Path):
    size = {"width": 375, "height": 740} if look == "phone" else {"width": 1100, "height": 720}
    with world.session("ada", viewport=size, color_scheme="dark" if look == "dark" else "light") as page:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=picture)
