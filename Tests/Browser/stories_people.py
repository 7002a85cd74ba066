"""Managers add and remove people; everybody logs in and out."""

from playwright.sync_api import expect

from story import story
from world import PASSWORD


@story("US1.1", "A manager adds a team member, who can then log in.")
def adds_a_member(world):
    with world.person("ada") as page:
        page.get_by_role("link", name="People").click()
        page.get_by_label("Name", exact=True).fill("Carla Diaz")
        page.get_by_label("Login", exact=True).fill("carla")
        page.get_by_label("First password", exact=True).fill("short")
        page.get_by_role("button", name="Add person").click()
        # What is wrong is said beside the field, and nothing typed is lost.
        expect(page.get_by_text("it has 5 characters: at least 12 are needed")).to_be_visible()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Carla Diaz")
        world.add_person(page, "Carla Diaz", "carla")
    with world.person("carla") as page:
        expect(page.get_by_role("heading", name="Run a test restoration")).to_be_visible()
        expect(page.get_by_role("link", name="People")).to_have_count(0)


@story("US1.2", "A manager removes a team member: their sessions end at once, what they made stays.")
def removes_a_member(world):
    with world.person("ada") as manager:
        world.add_person(manager, "Emil Falk", "emil")
        with world.person("emil") as page:
            run = world.test_restoration(page, str(world.backups / "wiki.sql.gz"))
            manager.goto("/people")
            manager.get_by_role("button", name="Remove Emil Falk").click()
            expect(manager.get_by_role("row", name="emil")).to_have_count(0)
            page.goto("/")
            expect(page).to_have_url(f"{world.origin}/login")
            page.get_by_label("Login", exact=True).fill("emil")
            page.get_by_label("Password", exact=True).fill("correct horse battery")
            page.get_by_role("button", name="Log in").click()
            expect(page.get_by_role("alert")).to_contain_text("wrong")
        manager.goto(run)
        expect(manager.get_by_role("heading", level=1)).to_contain_text("This backup was restored")


@story("US1.3", "A manager sets a new password for somebody who forgot it, and makes somebody a manager.")
def helps_a_member(world):
    with world.person("ada") as manager:
        world.add_person(manager, "Gina Hall", "gina")
        with world.person("gina") as page:
            manager.get_by_role("row", name="Gina Hall").get_by_role("link").click()
            manager.get_by_label("New password", exact=True).fill("short")
            manager.get_by_role("button", name="Set password").click()
            expect(manager.get_by_text("it has 5 characters: at least 12 are needed")).to_be_visible()
            manager.get_by_label("New password", exact=True).fill("a password on a slip of paper")
            manager.get_by_role("button", name="Set password").click()
            expect(manager.get_by_role("status")).to_contain_text("The new password is set.")
            page.goto("/")
            expect(page).to_have_url(f"{world.origin}/login")
            world.log_in(page, "gina", "a password on a slip of paper")
            expect(page.get_by_role("link", name="People")).to_have_count(0)
            manager.get_by_label("Role", exact=True).select_option("manager")
            manager.get_by_role("button", name="Change role").click()
            expect(manager.get_by_role("status")).to_contain_text("The role is changed.")
            # With the next page, without another login.
            page.goto("/")
            page.get_by_role("link", name="People").click()
            page.get_by_role("row", name="Ben Lund").get_by_role("link").click()
            world.kept["ben"] = page.url.removeprefix(world.origin)
        manager.goto("/people")
        manager.get_by_role("row", name="Ada Byron").get_by_role("link").click()
        world.kept["ada"] = manager.url.removeprefix(world.origin)
        expect(manager.get_by_label("New password", exact=True)).to_have_count(0)


@story("US3", "A manager can do everything that a user can: run a test restoration and schedule one.")
def manager_is_a_user(world):
    with world.person("ada") as page:
        world.test_restoration(page, str(world.backups), "shop-*.sql.gz")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")
        path = world.schedule(page, str(world.backups / "wiki.sql.gz"), "wiki", frequency="weekly", weekday="0")
        expect(page.get_by_role("heading", level=1)).to_have_text("wiki was never proven restorable.")
        world.kept["wiki"] = path


@story("US4", "Somebody logs in and sees how the backups are.")
def logs_in(world):
    with world.visitor() as page:
        page.goto("/runs")
        expect(page).to_have_url(f"{world.origin}/login?next=/runs")
        page.get_by_label("Login", exact=True).fill("ben")
        page.get_by_label("Password", exact=True).fill("not the password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("Login or password is wrong.")
        expect(page.get_by_label("Login", exact=True)).to_have_value("ben")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        # On to where one was going.
        page.wait_for_url(f"{world.origin}/runs")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("backup")


@story("US5", "Somebody logs out, and the pages are closed.")
def logs_out(world):
    with world.person("ben") as page:
        page.get_by_role("button", name="Log out").click()
        expect(page).to_have_url(f"{world.origin}/login")
        page.goto("/runs")
        expect(page).to_have_url(f"{world.origin}/login?next=/runs")
        page.go_back()
        expect(page.get_by_role("button", name="Log out")).to_have_count(0)
