"""Users run test restorations, follow them, and read what came out."""

import re

from playwright.sync_api import expect

import backups
from story import story


@story("US6", "A user runs a test restoration from a simple form, and learns that the backup is good.")
def runs_a_test(world):
    with world.person("ben") as page:
        form = world.run_form(page)
        form.get_by_label("Location", exact=True).fill("/etc/passwd")
        form.get_by_role("button", name="Run test").click()
        # What is not allowed is refused beside the field; nothing typed is lost.
        expect(form.locator(".problem").first).to_contain_text("lies in none of the allowed folders")
        expect(form.get_by_label("Location", exact=True)).to_have_value("/etc/passwd")
        world.kept["good"] = world.test_restoration(page, str(world.backups), "shop-*.sql.gz")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored: 4 tables")
        expect(page.get_by_role("region", name="What came back").locator("th", has_text="customers")).to_be_visible()


@story("US6.1", "The form takes the backup file, its location, its type and a stored key, and says how it understood them.",
       needs=("US2.3",))
def fills_in_the_form(world):
    with world.person("ben") as page:
        form = world.run_form(page)
        form.get_by_label("Location", exact=True).fill(str(world.backups / "ledger.sql.gz.age"))
        expect(form.locator(".understood")).to_contain_text("Understood as the path")
        form.get_by_label("Location", exact=True).fill("ssh://-oProxyCommand=x/y")
        expect(form.locator(".understood.unclear")).to_be_visible()
        form.get_by_label("Location", exact=True).fill(str(world.backups))
        form.get_by_label("Backup file", exact=True).fill("ledger.sql.gz.age")
        form.get_by_label("Type", exact=True).select_option("mariadb")
        form.locator("summary", has_text="Keys").click()
        form.get_by_label("ledger age key").check()
        form.get_by_role("button", name="Check").click()
        expect(form.locator(".checked")).to_contain_text("found ledger.sql.gz.age")
        form.get_by_role("button", name="Run test").click()
        page.wait_for_url("**/runs/*")
        world.ended(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")
        expect(page.locator("dd", has_text="ledger.sql.gz.age").first).to_be_visible()


@story("US6.2", "A user follows a running restore: its stage, bytes and rate, here and on home, and cancels it.")
def follows_a_run(world):
    backups.write_big(world.backups / "archive.sql", 400)
    with world.person("ben") as page:
        form = world.run_form(page)
        form.get_by_label("Location", exact=True).fill(str(world.backups / "archive.sql"))
        form.get_by_role("button", name="Run test").click()
        page.wait_for_url("**/runs/*")
        expect(page.locator("[data-part=rate]")).to_have_text(
            re.compile(r"[0-9.]+ [kM]B( of [0-9.]+ MB)?, [0-9.]+ [kM]B/s"), timeout=40_000)
        page.screenshot(path=world.pictures / "run-live.png")
        expect(page.locator(".track .now").last).to_be_visible()
        expect(page.locator("#log-text")).to_contain_text("begins", timeout=20_000)
        run = page.url
        page.goto("/")
        now = page.get_by_role("region", name="Runs now")
        expect(now.get_by_role("link", name="archive.sql")).to_be_visible()
        expect(now.locator("[data-part=rate]").first).to_have_text(re.compile(r"/s"), timeout=20_000)
        page.screenshot(path=world.pictures / "home-live.png")
        page.goto(run)
        page.get_by_role("button", name="Cancel").click()
        world.ended(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    (world.backups / "archive.sql").unlink()


@story("US6.3", "A user sees at a glance whether a backup is good or bad: on home, in the list, on the run's page.",
       needs=("US6",))
def sees_the_result(world):
    with world.person("ben") as page:
        world.kept["bad"] = world.test_restoration(page, str(world.backups / "crm.sql"))
        expect(page.locator(".over .state")).to_have_text("bad")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup can't be trusted")
        page.goto("/runs")
        expect(page.get_by_role("row", name="crm.sql").first).to_contain_text("bad")
        expect(page.get_by_role("row", name="shop-*.sql.gz").first).to_contain_text("proven")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("1 is bad.")
        expect(page.get_by_role("region", name="Needs you").get_by_role("link", name="crm.sql").first).to_be_visible()


@story("US8", "A user reads why a restore failed: the cause first, evidence, what to do, then stages and the log; and "
       "takes it along as JSON, JUnit or on paper.", needs=("US6.3",))
def reads_the_feedback(world):
    with world.person("ben") as page:
        page.get_by_role("region", name="Needs you").get_by_role("link", name="What to do about crm.sql").click()
        why = page.get_by_role("region", name="Why")
        expect(why).to_contain_text("dump.truncated")
        expect(why.locator(".next")).to_contain_text("What to do:")
        expect(page.get_by_role("region", name="Stages").get_by_role("rowheader", name="import")).to_be_visible()
        log = page.locator("#log-text")
        expect(log).to_contain_text("dump.truncated")
        page.get_by_label("Search the log", exact=True).fill("TRUNCATED")
        page.get_by_role("button", name="Search").click()
        lines = log.inner_text().splitlines()
        assert lines and all("truncated" in line.lower() for line in lines), lines
        run = world.kept["bad"].removeprefix(world.origin)
        answers = {name: page.request.get(f"{run}/{name}").text() for name in ("report.json", "report.xml", "log.txt")}
        assert '"verdict" : "failed"' in answers["report.json"]
        assert "<failure" in answers["report.xml"]
        assert "dump.truncated" in answers["log.txt"]
        page.goto(f"{run}/report")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup can't be trusted")
        # Unfolded: paper has nothing to press.
        expect(page.locator("details:not([open])")).to_have_count(0)
        page.goto(run)
        page.get_by_role("button", name="Run again").click()
        page.wait_for_url(lambda url: url != run)
        world.ended(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup can't be trusted")
