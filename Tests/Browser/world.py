"""What stories work with: the server, the browser, the people."""

import re
import sqlite3
import time
from contextlib import contextmanager

import backups

PASSWORD = "correct horse battery"
# Refusals are answers: a form that comes back with 422 is no error of a page.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (401|403|404|409|422|429)")


class World:
    def __init__(self, server, browser, pictures):
        self.server = server
        self.browser = browser
        self.pictures = pictures
        self.origin = server.origin
        self.backups = server.backups
        self.complaints: list[str] = []
        # What stories leave for others to look at: paths by name.
        self.kept: dict[str, str] = {}
        self.sessions: dict = {}

    # Browsers

    @contextmanager
    def visitor(self, **options):
        """A fresh browser: no cookie, a zone of its own. What it complains about fails the story."""
        settings = {"timezone_id": "Europe/Berlin", "locale": "en-GB", "viewport": {"width": 1280, "height": 860}}
        context = self.browser.new_context(base_url=self.origin, **(settings | options))
        context.set_default_timeout(45_000)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        page = context.new_page()
        try:
            yield page
        except Exception:
            page.screenshot(path=self.pictures / "failed.png")
            raise
        finally:
            context.close()

    def _console(self, message):
        if message.type not in ("error", "warning"):
            return
        is_asset = "/assets/" in (message.location or {}).get("url", "")
        if is_asset or not EXPECTED.search(message.text):
            self.complaints.append(f"console: {message.text}")

    @contextmanager
    def person(self, login: str, **options):
        """Somebody who has just logged in."""
        with self.visitor(**options) as page:
            self.log_in(page, login)
            yield page

    @contextmanager
    def session(self, login: str | None, **options):
        """Somebody who has logged in before: for what is no story."""
        if login and login not in self.sessions:
            with self.person(login) as page:
                self.sessions[login] = page.context.storage_state()
        with self.visitor(storage_state=self.sessions.get(login), **options) as page:
            yield page

    def log_in(self, page, login: str, password: str = PASSWORD):
        page.goto("/login")
        page.get_by_label("Login", exact=True).fill(login)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/")

    # What must be there before the first story: the first manager, a user, a folder, backups

    def prepare(self):
        with self.visitor() as page:
            page.goto(self.server.setup_path)
            page.get_by_label("Your name", exact=True).fill("Ada Byron")
            page.get_by_label("Login", exact=True).fill("ada")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Become manager").click()
            page.wait_for_url("**/")
            page.goto("/settings")
            page.get_by_label("Folder", exact=True).fill(str(self.backups))
            page.get_by_role("button", name="Allow folder").click()
            self.add_person(page, "Ben Lund", "ben")
        backups.write_gzip(self.backups / "shop-2026-11-25.sql.gz", backups.dump(40))
        backups.write_gzip(self.backups / "shop-2026-11-26.sql.gz", backups.dump(42))
        backups.write_gzip(self.backups / "wiki.sql.gz", backups.dump(12, ("pages", "revisions", "users")))
        backups.write_truncated(self.backups / "crm.sql")

    @staticmethod
    def add_person(page, name: str, login: str, role: str = "user"):
        page.goto("/people")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Login", exact=True).fill(login)
        page.get_by_label("First password", exact=True).fill(PASSWORD)
        page.get_by_label("Role", exact=True).select_option(role)
        page.get_by_role("button", name="Add person").click()
        page.get_by_role("row", name=login).wait_for()

    # What several stories do

    @staticmethod
    def run_form(page):
        return page.locator("#run-form")

    def test_restoration(self, page, location: str, file: str = "", decryption_keys=(), passphrase: str = "") -> str:
        """Fills in the form on home and waits for the end. Keys are chosen by their names."""
        page.goto("/")
        form = self.run_form(page)
        form.get_by_label("Location", exact=True).fill(location)
        form.get_by_label("Backup file", exact=True).fill(file)
        if decryption_keys or passphrase:
            form.locator("summary", has_text="Keys").click()
        for name in decryption_keys:
            form.get_by_label(name).check()
        if passphrase:
            select = form.locator("select[name=passphrase]")
            select.select_option(value=select.locator("option", has_text=passphrase).get_attribute("value"))
        form.get_by_role("button", name="Run test").click()
        page.wait_for_url("**/runs/*")
        return self.ended(page)

    @staticmethod
    def ended(page) -> str:
        """The path of a run's page, once it has ended."""
        page.locator("#run[data-state=ended]").wait_for(timeout=60_000)
        return page.url.split("#")[0].split("?")[0]

    def store_credential(self, page, name: str, kind: str, secret: str, keep: bool = False):
        """Fills in the form, which keeps what other fields hold already when asked to."""
        if not keep:
            page.goto("/credentials")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Kind", exact=True).select_option(kind)
        page.get_by_label("Or the secret as text", exact=True).fill(secret)
        page.get_by_role("button", name="Save credential").click()
        page.get_by_role("row", name=name).wait_for()

    def schedule(self, page, location: str, name: str, **fields: str) -> str:
        """Makes a schedule; its page's path."""
        page.goto("/schedules/new")
        page.get_by_label("Location", exact=True).fill(location)
        for label, value in fields.items():
            control = page.locator(f"[name={label}]")
            control.select_option(value) if control.evaluate("e => e.tagName") == "SELECT" else control.fill(value)
        page.get_by_label("Name", exact=True).fill(name)
        return self.save_schedule(page)

    def save_schedule(self, page) -> str:
        """The location is tried first, and what it holds is shown; then the schedule is saved. Its page's path."""
        page.get_by_role("button", name="Save schedule").click()
        page.locator(".checked").wait_for()
        page.get_by_role("button", name="Save schedule").click()
        page.get_by_role("button", name="Run Now").wait_for()
        return page.url.removeprefix(self.origin)

    # Time, which no page can hurry

    def _state(self):
        return sqlite3.connect(self.server.state / "state.sqlite", timeout=10, isolation_level=None)

    def make_due(self, path: str):
        """The time of a schedule comes."""
        with self._state() as state:
            state.execute("UPDATE schedule SET next = ? WHERE id = ?", (int(time.time() * 1000), path.split("/")[-1]))

    def give_past(self, path: str, runs: int, bad: int = 0):
        """A schedule's backup, as it was proven on each of the days before; `bad` days ago it was bad, as another was."""
        day = 86_400_000
        with self._state() as state:
            test, = state.execute("SELECT restoreTest FROM schedule WHERE id = ?", (path.split("/")[-1],)).fetchone()
            columns = [row[1] for row in state.execute("PRAGMA table_info(run)")]
            good = state.execute(
                "SELECT * FROM run WHERE verdict = 'passed' AND (restoreTest = ? OR location = (SELECT definition ->> 'location' "
                "FROM restoreTest WHERE id = ?)) ORDER BY requested DESC", (test, test)).fetchone()
            failed = state.execute("SELECT * FROM run WHERE verdict = 'failed' ORDER BY requested DESC").fetchone()
            name, = state.execute("SELECT name FROM restoreTest WHERE id = ?", (test,)).fetchone()
            for ago in range(runs, 0, -1):
                row = dict(zip(columns, failed if ago == bad else good))
                # The state gives each run its place in the lists.
                row |= {"id": f"past{test[:6]}{ago:06}", "restoreTest": test, "title": name, "place": None}
                # Sizes and times grow a little and waver, as they do.
                weight = 1 - ago * 0.004 + (ago * 7 % 5) * 0.02
                for field in ("requested", "started", "ended", "due"):
                    row[field] = row[field] and row[field] - ago * day
                row["ended"] = row["started"] + int((row["ended"] - row["started"]) * weight)
                row["fileSize"] = row["fileSize"] and int(row["fileSize"] * weight)
                names = ", ".join(f'"{field}"' for field in row)
                marks = ", ".join("?" * len(row))
                state.execute(f"INSERT INTO run ({names}) VALUES ({marks})", tuple(row.values()))
            # Yesterday's has its report, to hold today's against.
            state.execute(
                "INSERT INTO runReport (place, report) SELECT (SELECT place FROM run WHERE id = ?), report FROM runReport "
                "WHERE place = ?", (row["id"], dict(zip(columns, good))["place"]))

    def give_costs(self) -> str:
        """A workplace that has come to its ceiling, three months of costs, and a run that was carried out there: its path."""
        if "paid" in self.kept:
            return self.kept["paid"]
        with self.session("ada") as page:
            page.goto("/workplaces?kind=ec2")
            for label, text in {"Name": "frankfurt", "Runs at once": "3", "Regions": "eu-central-1", "Dollars a month at most": "5",
                                "Machine image": "ami-0123456789abcdef0"}.items():
                page.get_by_label(label, exact=True).fill(text)
            page.get_by_role("button", name="Add workplace").click()
            page.get_by_role("row", name="frankfurt").first.wait_for()
        run = self.kept["good"].split("/")[-1]
        with self._state() as state:
            place, = state.execute("SELECT id FROM workplace WHERE name = 'frankfurt'").fetchone()
            months = [row[0] for row in state.execute(
                "SELECT strftime('%Y-%m', 'now', 'start of month', column1) "
                "FROM (VALUES ('0 months'), ('-1 months'), ('-2 months'))")]
            for month, runs, dollars in zip(months, (611, 742, 31), (5.0213, 4.386, 0.094)):
                state.execute("INSERT INTO spending VALUES (?, ?, ?, ?, ?)", (place, month, runs, runs * 312.5, dollars))
            state.execute("UPDATE workplace SET month = ?, spent = 5.0213 WHERE id = ?", (months[0], place))
            state.execute(
                "UPDATE run SET workplace = ?, machine = 'm6i.large', machineSince = started, dollarsPerHour = 0.0987, "
                "machineSeconds = 312.5, dollars = 0.00857 WHERE id = ?", (place, run))
        self.kept["paid"] = self.kept["good"]
        return self.kept["paid"]
