"""Every page's looks: light, dark, at 320 pixels; accessibility; keyboard; no complaint of the browser."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable

from axe_playwright_python.sync_playwright import Axe

from hosts import ssh_host
from server import Server


@dataclass
class Page:
    name: str
    # A path, or how to find one in a `World`.
    path: str | Callable
    # Nil for a visitor who is not logged in.
    login: str | None = "ada"
    # What is done on it before it is looked at.
    act: Callable | None = None


def _refused_run(page):
    """A form that comes back."""
    page.locator("#run-form").get_by_label("Location", exact=True).fill("/nowhere/<b>shop</b>.sql")
    page.get_by_role("button", name="Run test").click()
    page.locator("#problem").wait_for()


def _refused_schedule(page):
    page.get_by_label("Location", exact=True).fill("shop")
    page.get_by_label("Time", exact=True).fill("99:00")
    page.get_by_role("button", name="Save schedule").click()
    page.locator("#problem").wait_for()


def _rare(page):
    page.locator("summary", has_text="Rarely needed").click()


def _container(page):
    page.locator("summary", has_text="Where it is restored").click()
    page.get_by_label("Restored into", exact=True).select_option("docker")


def _channel(page):
    """One that was never tried, and asks before it goes."""
    if not page.locator("summary", has_text="Delete looks").count():
        page.get_by_label("Name", exact=True).fill("looks")
        page.get_by_label("Address", exact=True).fill("https://192.0.2.1/a-secret")
        page.get_by_role("button", name="Add channel").click()
    page.locator("summary", has_text="Delete looks").click()


def _key(page):
    """A key for a device, in letters and as a picture."""
    page.locator("form[action='/account/codes'] button").click()
    page.locator("svg.code").wait_for()


def _host_keys(page):
    """A new server whose host keys are to be compared; `?address=` says where it is."""
    page.get_by_label("Name", exact=True).fill("db1")
    page.locator("[name=address]").fill(page.url.split("address=")[1])
    page.get_by_label("SSH key", exact=True).select_option(label="backup@db1")
    page.locator("main form button.primary").click()
    page.locator(".confirm").wait_for()


def _credential(page):
    page.get_by_role("link", name="Modify").first.click()
    page.get_by_label("Only for these hosts or buckets", exact=True).wait_for()


# One line a page.
PAGES = [
    Page("setup", lambda world: world.kept["setup"], None),
    Page("login", "/login", None),
    Page("home", "/"),
    Page("home-user", "/", "ben"),
    Page("runs", "/runs"),
    Page("run-good", lambda world: world.kept["good"]),
    Page("run-bad", lambda world: world.kept["bad"]),
    Page("run-against-proof", lambda world: world.kept["again"]),
    Page("run-report", lambda world: world.kept["bad"] + "/report"),
    Page("schedule", lambda world: world.kept["shop"]),
    Page("schedule-new", "/schedules/new"),
    Page("schedule-container", "/schedules/new", act=_container),
    Page("schedule-checks", lambda world: world.kept["shop"] + "/checks"),
    Page("schedule-edit", lambda world: world.kept["shop"] + "/edit"),
    Page("schedule-untested", lambda world: world.kept["crm"]),
    Page("drill", lambda world: world.kept["drill"]),
    Page("credentials", "/credentials"),
    Page("credential-edit", "/credentials", act=_credential),
    Page("people", "/people"),
    Page("person", lambda world: world.kept["ben"]),
    Page("person-own", lambda world: world.kept["ada"]),
    Page("settings", "/settings"),
    Page("servers", "/servers"),
    Page("server-new", "/servers/new"),
    Page("server-host-keys", lambda world: f"/servers/new?address={world.kept['ssh host']}", act=_host_keys),
    Page("bucket-new", "/servers/new?kind=s3"),
    Page("workplaces", "/workplaces"),
    Page("workplaces-ecs", "/workplaces?kind=ecs"),
    Page("workplaces-rare", "/workplaces", act=_rare),
    Page("run-paid", lambda world: world.give_costs()),
    Page("workplaces-costs", "/workplaces"),
    Page("notifications", "/notifications"),
    Page("notifications-webhook", "/notifications?kind=webhook"),
    Page("notifications-channel", "/notifications?kind=webhook", act=_channel),
    Page("home-refused", "/", act=_refused_run),
    Page("schedule-refused", "/schedules/new", act=_refused_schedule),
    Page("audit", "/audit"),
    Page("account", "/account", "ben"),
    Page("codes", "/account/codes", "ben"),
    Page("codes-key", "/account/codes", "ben", act=_key),
    Page("not-found", "/nothing/here"),
]

# What the pages are looked at in: scheme and width. Phones are looked at in both schemes, since cards replace tables there.
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 320), "phone-dark": ("dark", 320)}


def look_at_all(world, only: str | None = None) -> list[str]:
    """Pictures of all pages; what is wrong with them."""
    problems = []
    with _surroundings(world):
        for look, (scheme, width) in LOOKS.items():
            for login in dict.fromkeys(page.login for page in PAGES):
                with world.session(login, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
                    for entry in PAGES:
                        if entry.login == login and only in (None, entry.name):
                            problems += [f"{entry.name} ({look}): {one}" for one in _look(world, page, entry, look)]
    return problems


@contextmanager
def _surroundings(world):
    """What some pages need beside the world's server: one that has no manager yet, and a host with keys."""
    folder = world.server.folder / "unclaimed"
    folder.mkdir()
    unclaimed = Server(world.server.program, folder)
    try:
        with ssh_host(world.server.folder / "ssh-host") as address:
            world.kept |= {"setup": unclaimed.origin + unclaimed.setup_path, "ssh host": address}
            yield
    finally:
        unclaimed.stop()


def _look(world, page, entry, look) -> list[str]:
    page.goto(entry.path if isinstance(entry.path, str) else entry.path(world))
    page.wait_for_load_state("networkidle")
    if entry.act:
        entry.act(page)
        page.wait_for_load_state("networkidle")
    page.screenshot(path=world.pictures / f"{entry.name}-{look}.png", full_page=True)
    problems = []
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width > room:
        problems.append(f"scrolls sideways: {width} > {room}: {page.evaluate(WIDE)}")
    # The colours of the two phones are those of the two screens.
    violations = Axe().run(page).response["violations"] if look != "phone-dark" else []
    for violation in violations:
        targets = [" ".join(map(str, node["target"])) for node in violation["nodes"][:3]]
        problems.append(f"axe {violation['id']}: {violation['help']}: {targets}")
    # Where something was done, the focus is there already.
    if look == "light" and not entry.act:
        problems += _tab_through(page)
    return problems


# What sticks out, for whoever mends it.
WIDE = """[...document.querySelectorAll("main *, header *")].filter(
  e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll, pre")
).slice(0, 3).map(e => e.tagName + "." + e.className)"""

CONTROLS = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(
  e => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && e.type !== "hidden" && !e.disabled)"""


def _tab_through(page) -> list[str]:
    """Every control is reached with the tab key, in the order of the page, and is seen to have the focus."""
    count = page.evaluate(f"({CONTROLS}).length")
    page.evaluate(f"({CONTROLS}).forEach((e, i) => e.dataset.stop = i); document.activeElement?.blur(); scrollTo(0, 0)")
    stops, unseen = [], []
    # A date is several stops: day, month, year and the calendar.
    for _ in range(count + 3 * page.locator("input[type=date]").count()):
        page.keyboard.press("Tab")
        stop, seen, name = page.evaluate(
            "[Number(document.activeElement.dataset.stop ?? -1), "
            "getComputedStyle(document.activeElement).outlineStyle !== 'none', "
            "document.activeElement.outerHTML.slice(0, 80)]")
        stops.append(stop)
        if not seen:
            unseen.append(name)
    problems = [f"the focus is not seen on {name}" for name in unseen[:3]]
    if missed := sorted(set(range(count)) - set(stops)):
        name = page.evaluate(f"document.querySelector('[data-stop=\"{missed[0]}\"]').outerHTML.slice(0, 120)")
        problems.append(f"the tab key does not reach {len(missed)} of {count} controls, first {name}")
    if stops != sorted(stops):
        problems.append("the tab key does not follow the order of the page")
    return problems
