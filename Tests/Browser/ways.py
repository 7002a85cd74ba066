"""Two other ways through the product: with the keys alone, and without any script."""

import re

from playwright.sync_api import expect


def by_keyboard(world):
    """From login to the result of a run without a mouse."""
    with world.visitor() as page:
        press = page.keyboard.press
        page.goto("/login")
        _tab_to(page, "[name=login]")
        page.keyboard.type("ben")
        press("Tab")
        page.keyboard.type("correct horse battery")
        press("Enter")
        page.wait_for_url("**/")
        press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        press("Enter")
        _tab_to(page, "#run-form [name=location]")
        page.keyboard.type(str(world.backups / "wiki.sql.gz"))
        press("Enter")
        page.wait_for_url("**/runs/*")
        world.ended(page)
        _tab_to(page, ".passed summary")
        press("Enter")
        expect(page.locator(".passed code").first).to_be_visible()


def _tab_to(page, selector: str):
    for _ in range(80):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not come to {selector}")


def without_scripts(world):
    """A run and a schedule from the form to the end."""
    with world.person("ben", java_script_enabled=False) as page:
        form = page.locator("#run-form")
        form.get_by_label("Location", exact=True).fill(str(world.backups / "wiki.sql.gz"))
        form.get_by_role("button", name="Run test").click()
        page.wait_for_url("**/runs/*")
        for _ in range(200):
            if page.locator("#run[data-state=ended]").count():
                break
            expect(page.get_by_text("Reload this page to see how it goes on.")).to_be_visible()
            page.wait_for_timeout(300)
            page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")
        page.goto("/schedules/new")
        expect(page.get_by_label("Cron expression", exact=True)).to_be_visible()
        page.get_by_label("Location", exact=True).fill(str(world.backups / "wiki.sql.gz"))
        page.get_by_label("Frequency", exact=True).select_option("monthly")
        page.get_by_label("Day of the month", exact=True).fill("31")
        page.get_by_role("button", name="Show the next times").click()
        expect(page.locator("[data-part=times] li")).to_have_count(5)
        expect(page.locator("[data-part=times] li").first).to_have_text(re.compile(r"20..-..-(28|29|30|31) 03:00$"))
        page.get_by_label("Name", exact=True).fill("monthly wiki")
        world.save_schedule(page)
        page.locator("summary", has_text="Delete").click()
        page.get_by_role("button", name="Delete monthly wiki").click()
        page.wait_for_url(f"{world.origin}/")


WAYS = {"by keyboard": by_keyboard, "without scripts": without_scripts}
