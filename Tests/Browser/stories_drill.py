"""Users find out what the checks of a restore test would notice."""

import re

from playwright.sync_api import expect

import backups
from story import story


@story("US7.8", "A user drills a restore test: the page shows live how its backup is damaged in many ways, which of them the "
       "checks catch and by what, and what to do about the others.")
def drills(world):
    (world.backups / "notes.sql").write_text(backups.sqlite_dump())
    with world.person("ben") as page:
        schedule = world.schedule(page, str(world.backups / "notes.sql"), "notes")
        page.get_by_role("button", name="Drill", exact=True).click()
        page.wait_for_url("**/drills/*")
        world.kept["drill"] = page.url.removeprefix(world.origin)
        # By itself: nobody loads the page anew.
        row = page.get_by_role("row", name="Only half of it arrived")
        expect(row).to_contain_text("caught")
        expect(row).to_contain_text("dump.truncated")
        page.locator("#drill[data-state=ended]").wait_for(timeout=120_000)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            re.compile("^Of [0-9]+ ways to damage this backup the checks catch [0-9]+;"))
        todo = page.get_by_role("region", name="What to do")
        expect(todo).to_contain_text("No newer backup came for a month")
        expect(todo).to_contain_text("“Not older than” 26h")
        expect(page.get_by_role("button", name="Drill again")).to_be_visible()
        # It is no run.
        page.goto(schedule)
        expect(page.get_by_role("heading", level=1)).to_have_text("notes was never proven restorable.")
        expect(page.get_by_role("link", name=re.compile("ways to damage this backup"))).to_be_visible()
