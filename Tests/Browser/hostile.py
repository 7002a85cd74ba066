"""Names that mean harm go through every page and every format, and stay text."""

import json
import re
import subprocess
import xml.etree.ElementTree as xml

from playwright.sync_api import expect

import backups
from pages import WIDE

# Markup, quotes, an escape sequence of terminals, a bell, text turned round, an emoji of four bytes, and no end.
FILE = "<img src=x onerror=document.title='HARM'>\"'&{{7}}\x1b[31m\x07\u202egnp\u2066\U0001f9e8" + "w" * 100 + ".sql"
NAME = "<b onclick=alert(1)>\"O'Neil\" & {{name}} \U0001f9e8" + "n" * 50
TABLE = "<script>document.title='HARM'</script>\u202e\x1b[2J"
CONTROLS = ("\x1b", "\x07", "\u202e", "\u2066")


def check(world, program: str) -> list[str]:
    problems = []
    table = TABLE.replace("\x1b", "").replace("`", "")
    (world.backups / FILE).write_text(f"CREATE TABLE `{table}` (`id` int);\nINSERT INTO `{table}` VALUES (1);\n")
    with world.session("ada", viewport={"width": 320, "height": 800}) as page:
        _refuses_turned_names(page)
        world.add_person(page, NAME, "neil")
        world.store_credential(page, NAME, "passphrase", "a passphrase that nobody has")
        paths = _make(world, page)
        for path in ["/", "/runs", "/people", "/credentials", "/servers", "/workplaces", "/notifications", "/audit", "/settings", *paths]:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            problems += [f"{path}: {one}" for one in _harm(page)]
        problems += _drill(page, paths[0])
        problems += _live(world, page)
        problems += _own(world)
        run = paths[-1]
        texts = {name: page.request.get(f"{run}/{name}").text() for name in ("report.json", "report.xml", "log.txt")}
        page.goto("/people")
        page.get_by_role("button", name=f"Remove {NAME}").click()
    problems += _formats(texts)
    command = [program, "run", str(world.backups), "--file", "*img src*.sql", "--state-folder", str(world.server.folder / "cli")]
    for options in ([], ["--format", "json"], ["--format", "junit"]):
        done = subprocess.run([*command, *options], capture_output=True, timeout=60)
        text = (done.stdout + done.stderr).decode()
        problems += [f"run {options}: exit code {done.returncode}: {text[:300]}"] if done.returncode != 0 else []
        problems += [f"run {options}: it prints {sign!r}" for sign in CONTROLS if sign in text]
        # What a terminal shows keeps to its width.
        if not options:
            problems += [f"a line of {len(line)} columns: {line}" for line in text.splitlines() if len(line) > 400]
    return problems


def _refuses_turned_names(page):
    """A name that turns the text around it is no name."""
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill("Ben\u202egnp")
    page.get_by_label("Login", exact=True).fill("ben2")
    page.get_by_label("First password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_text("it holds a control character")).to_be_visible()


def _make(world, page) -> list[str]:
    """A schedule and runs of the file; their pages."""
    schedule = world.schedule(page, str(world.backups), NAME, file="*img src*.sql")
    page.get_by_role("button", name="Run Now").click()
    page.wait_for_url("**/runs/*")
    by_schedule = world.ended(page)
    by_hand = world.test_restoration(page, str(world.backups), "*img src*.sql")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")
    return [schedule, schedule + "/edit", schedule + "/checks", by_schedule, by_schedule + "/report", by_hand]


def _drill(page, schedule: str) -> list[str]:
    """A drill's page while it goes on, with the table's name among the damages, and after its end."""
    page.goto(schedule)
    page.get_by_role("button", name="Drill", exact=True).click()
    page.wait_for_url("**/drills/*")
    expect(page.get_by_role("cell", name="All rows of the only table")).to_contain_text("<script>")
    problems = [f"live drill: {one}" for one in _harm(page)]
    page.get_by_role("button", name="Cancel").click()
    page.locator("#drill[data-state=cancelled]").wait_for()
    problems += [f"cancelled drill: {one}" for one in _harm(page)]
    page.goto(schedule)
    return problems + [f"schedule with a drill: {one}" for one in _harm(page)]


def _live(world, page) -> list[str]:
    """The page of a run while its stages, its rate and its log come to it, and home meanwhile."""
    name = "<img src=x onerror=document.title='HARM'>\u202e\x1b[31m live.sql"
    backups.write_big(world.backups / name, 400, TABLE.replace("\x1b", ""))
    page.route("**/runs/*", _without_log)
    page.goto("/")
    form = world.run_form(page)
    form.get_by_label("Location", exact=True).fill(str(world.backups))
    form.get_by_label("Backup file", exact=True).fill("<img src=x onerror=document.title='HARM'>* live.sql")
    form.get_by_role("button", name="Run test").click()
    page.wait_for_url("**/runs/*")
    run = page.url
    expect(page.locator("[data-part=rate]")).to_have_text(re.compile("/s"), timeout=40_000)
    # The file's name came with the events: nothing else fills the log.
    expect(page.locator("#log-text")).to_contain_text("<img src=x", timeout=20_000)
    problems = [f"live run: {one}" for one in _harm(page)]
    page.unroute("**/runs/*")
    page.goto("/")
    expect(page.get_by_role("region", name="Runs now").locator("[data-part=rate]").first).to_have_text(
        re.compile("/s"), timeout=20_000)
    problems += [f"home with a live run: {one}" for one in _harm(page)]
    page.goto(run)
    page.get_by_role("button", name="Cancel").click()
    world.ended(page)
    problems += [f"cancelled run: {one}" for one in _harm(page)]
    (world.backups / name).unlink()
    return problems


def _without_log(route):
    """A run's page as it was before anything was logged."""
    answer = route.fetch()
    text = re.sub(r'(<pre id="log-text"[^>]*>)[^<]*', r"\1", re.sub('data-line="[0-9]+"', 'data-line="0"', answer.text()))
    route.fulfill(response=answer, body=text)


def _own(world) -> list[str]:
    """The account page of somebody with such a name, and a token of such a name."""
    problems = []
    with world.person("neil", viewport={"width": 320, "height": 800}) as page:
        page.goto("/account")
        page.get_by_label("Name", exact=True).fill(NAME)
        page.get_by_role("button", name="Make token").click()
        expect(page.get_by_role("row", name=NAME)).to_be_visible()
        for path in (None, "/account", "/account/codes"):
            if path:
                page.goto(path)
            problems += [f"{path or 'a new token'}: {one}" for one in _harm(page)]
        page.goto("/account")
        page.get_by_role("button", name=f"Revoke {NAME}").click()
        expect(page.get_by_role("row", name=NAME)).to_have_count(0)
        problems += [f"the token is revoked: {one}" for one in _harm(page)]
    return problems


def _harm(page) -> list[str]:
    """What of the names was taken for more than text."""
    problems = []
    if page.title() == "HARM" or page.locator("main img, main script, main b[onclick]").count():
        problems.append("markup in a name is markup on the page")
    text = page.evaluate("document.documentElement.textContent")
    problems += [f"it holds {sign!r}" for sign in CONTROLS if sign in text]
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return problems + ([f"scrolls sideways: {width} > {room}: {page.evaluate(WIDE)}"] if width > room else [])


def _formats(texts: dict[str, str]) -> list[str]:
    problems = [f"{name} holds {sign!r}" for name, text in texts.items() for sign in CONTROLS if sign in text]
    report = json.loads(texts["report.json"])
    if "<img" not in report["source"]["name"]:
        problems.append("report.json does not name the file")
    suite = xml.fromstring(texts["report.xml"])
    if "<img" not in suite.attrib["name"] or suite.find(".//img") is not None:
        problems.append("report.xml does not name the file as text")
    return problems
