"""Users have backups tested regularly."""

import re

from playwright.sync_api import expect

from story import story


def shop(world, page) -> str:
    """The schedule that these stories are about."""
    if "shop" not in world.kept:
        world.kept["shop"] = world.schedule(page, str(world.backups), "shop", file="shop-*.sql.gz", time="03:15")
    page.goto(world.kept["shop"])
    return world.kept["shop"]


@story("US7", "A user has a backup tested regularly, and sees it on home with its next time.")
def schedules(world):
    with world.person("ben") as page:
        regular = page.get_by_role("region", name="Schedule regular tests")
        regular.get_by_label("Location", exact=True).fill(str(world.backups))
        regular.get_by_label("Backup file", exact=True).fill("shop-*.sql.gz")
        # The name comes from the file.
        expect(regular.get_by_label("Name", exact=True)).to_have_value("shop")
        regular.get_by_label("Time", exact=True).fill("03:15")
        regular.get_by_role("button", name="Save schedule").click()
        # What the location holds is shown before anything is saved.
        expect(page.locator(".checked")).to_contain_text("found shop-2026-11-26.sql.gz")
        page.get_by_role("button", name="Save schedule").click()
        page.get_by_role("button", name="Run Now").wait_for()
        world.kept["shop"] = page.url.removeprefix(world.origin)
        expect(page.get_by_role("heading", level=1)).to_have_text("shop was never proven restorable.")
        page.goto("/")
        row = page.get_by_role("region", name="Schedules").get_by_role("row", name="shop")
        expect(row).to_contain_text("never tested")
        expect(row.get_by_role("button", name="Run Now shop")).to_be_visible()


@story("US7.1", "The form asks for what applies only, shows the next five times as one types, and says what is wrong beside "
       "the field.")
def makes_a_schedule(world):
    with world.person("ben") as page:
        page.goto("/schedules/new")
        times = page.locator("[data-part=times] li")
        expect(times).to_have_count(5)
        expect(page.get_by_label("Cron expression", exact=True)).to_be_hidden()
        page.get_by_label("Time zone", exact=True).fill("Europe/Berlin")
        page.get_by_label("Frequency", exact=True).select_option("weekly")
        page.get_by_label("Day of the week", exact=True).select_option("1")
        page.get_by_label("Time", exact=True).fill("04:45")
        expect(times.first).to_have_text(re.compile(r"^Mon 20..-..-.. 04:45$"))
        page.get_by_label("Frequency", exact=True).select_option("monthly")
        page.get_by_label("Day of the month", exact=True).fill("31")
        expect(page.get_by_text("29, 30 and 31 mean the last day of a shorter month.")).to_be_visible()
        page.get_by_label("Frequency", exact=True).select_option("cron")
        expect(page.get_by_label("Time", exact=True)).to_be_hidden()
        page.get_by_label("Cron expression", exact=True).fill("15 3 * * mon-fry")
        expect(page.locator("[data-part=times-problem]")).not_to_be_empty()
        page.get_by_label("Location", exact=True).fill(str(world.backups / "crm.sql"))
        page.get_by_role("button", name="Save schedule").click()
        expect(page.locator(".problem").first).to_be_visible()
        expect(page.get_by_label("Cron expression", exact=True)).to_have_value("15 3 * * mon-fry")
        page.get_by_label("Cron expression", exact=True).fill("15 3 * * mon-fri")
        page.get_by_label("Repeat", exact=True).select_option("times")
        page.get_by_label("Number of times", exact=True).fill("3")
        expect(times).to_have_count(3)
        world.kept["crm"] = world.save_schedule(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("crm")
        expect(page.locator("dd", has_text="3 more times")).to_be_visible()


@story("US7.2", "A user sees whether a scheduled restore has started: it starts at its time by itself.")
def starts_by_itself(world):
    with world.person("ben") as page:
        # Every minute, so that nobody has to wait for the night.
        path = world.schedule(page, str(world.backups / "wiki.sql.gz"), "minutely", frequency="cron", cron="* * * * *",
                              repetition="times", times="1")
        # The page itself can't be asked to make the clock go faster: the state says that it is due.
        world.make_due(path)
        page.locator("body").wait_for()
        for _ in range(60):
            page.goto(path)
            if page.get_by_role("row", name="restore of").count():
                break
            page.wait_for_timeout(500)
        page.get_by_role("row", name="restore of").first.get_by_role("link").first.click()
        world.ended(page)
        expect(page.locator("dt", has_text="Was due")).to_be_visible()
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text("minutely was last proven restorable")


@story("US7.3", "A user sees a schedule's results: when it was last proven, and what the last one found.")
def sees_results(world):
    with world.person("ben") as page:
        path = shop(world, page)
        page.get_by_role("button", name="Run Now").click()
        page.wait_for_url("**/runs/*")
        world.ended(page)
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"shop was last proven restorable .*\."))
        page.goto("/")
        row = page.get_by_role("region", name="Schedules").get_by_role("row", name="shop")
        expect(row).to_contain_text("proven")
        expect(row.locator("time").first).to_have_attribute("title", re.compile(r"20..-..-.. ..:.. "))


@story("US7.4", "A user sees all past results of a schedule: date, time, status, and a link to each one's log; and what "
       "changed since the last proof.", needs=("US7.3",))
def sees_all_results(world):
    with world.person("ben") as page:
        path = shop(world, page)
        page.get_by_role("button", name="Run Now").click()
        page.wait_for_url("**/runs/*")
        world.ended(page)
        expect(page.get_by_role("columnheader", name="Against last proof")).to_be_visible()
        expect(page.get_by_role("row", name="customers")).to_contain_text("same")
        page.goto(path)
        rows = page.get_by_role("row", name="restore of")
        assert rows.count() >= 2
        expect(page.get_by_role("img", name=re.compile("^Duration: "))).to_be_visible()
        rows.first.get_by_role("link", name=re.compile("^Log of 20..-..-.. ..:..$")).click()
        expect(page).to_have_url(re.compile("#log$"))
        expect(page.locator("#log-text")).to_contain_text("begins")


@story("US7.5", "A user changes how often a schedule runs.")
def changes_frequency(world):
    with world.person("ben") as page:
        shop(world, page)
        page.get_by_role("link", name="Modify").click()
        expect(page.get_by_label("Time", exact=True)).to_have_value("03:15")
        page.get_by_label("Frequency", exact=True).select_option("weekly")
        page.get_by_label("Day of the week", exact=True).select_option("6")
        world.save_schedule(page)
        expect(page.locator("dd", has_text="every Saturday at 3:15")).to_be_visible()
        page.get_by_role("link", name="Modify").click()
        page.get_by_label("Frequency", exact=True).select_option("daily")
        world.save_schedule(page)
        expect(page.locator("dd", has_text="every day at 3:15")).to_be_visible()


@story("US7.6", "A user changes what a schedule tests, stops it, goes on with it, and runs it now.")
def changes_parameters(world):
    with world.person("ben") as page:
        path = shop(world, page)
        page.get_by_role("link", name="Modify").click()
        page.get_by_label("Backup file", exact=True).fill("shop-2026-*.sql.gz")
        world.save_schedule(page)
        expect(page.locator("dd", has_text="shop-2026-*.sql.gz")).to_be_visible()
        page.get_by_role("button", name="Stop Scheduling").click()
        expect(page.get_by_text("It is stopped: nothing runs at its times until you go on.")).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("region", name="Schedules").get_by_role("row", name="shop")).to_contain_text("stopped")
        page.goto(path)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("button", name="Stop Scheduling")).to_be_visible()
        expect(page.locator("dt", has_text="Next times")).to_be_visible()
        page.goto("/")
        page.get_by_role("button", name="Run Now shop").click()
        page.wait_for_url("**/runs/*")
        world.ended(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")


@story("US7.7", "A user deletes a schedule: it asks first, and keeps the past results unless told otherwise.")
def deletes_a_schedule(world):
    with world.person("ben") as page:
        runs = {}
        for name in ("old wiki", "older wiki"):
            path = world.schedule(page, str(world.backups / "wiki.sql.gz"), name)
            page.get_by_role("button", name="Run Now").click()
            page.wait_for_url("**/runs/*")
            runs[name] = world.ended(page)
            page.goto(path)
            expect(page.get_by_role("button", name=f"Delete {name}")).to_be_hidden()
            page.locator("summary", has_text="Delete").click()
            if name == "older wiki":
                page.get_by_label("Delete its 1 result too, with their logs", exact=True).check()
            page.get_by_role("button", name=f"Delete {name}").click()
            page.wait_for_url(f"{world.origin}/")
            expect(page.get_by_role("region", name="Schedules").get_by_text(name, exact=True)).to_have_count(0)
            assert page.goto(path).status == 404
        assert page.goto(runs["old wiki"]).status == 200
        assert page.goto(runs["older wiki"]).status == 404
