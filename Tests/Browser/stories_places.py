"""Where backups are restored, and into what."""

from playwright.sync_api import expect

from asking import delete
from story import story


def _opened(page, place):
    """The part of a backup's form that says where it is restored."""
    fold = place.locator("summary", has_text="Where it is restored")
    fold.click()
    place.get_by_label("Container image", exact=True).wait_for()


@story("US7.9", "A user lets a backup be restored into a container of any version, by its image or the one that fits; a manager "
       "says which images are for which backups.")
def chooses_a_container(world):
    with world.person("ada") as page:
        page.goto("/settings")
        rules = page.get_by_label("Rules", exact=True)
        usual = rules.input_value()
        assert "mariadb = mariadb:{major}.{minor}" in usual, usual
        rules.fill("mariadb 10 = registry.example.org/mariadb:10\nmysql ?")
        page.get_by_role("button", name="Save rules").click()
        expect(page.get_by_text("line 2: mysql ? has no =")).to_be_visible()
        rules.fill("mariadb 10 = registry.example.org/mariadb:10\n")
        page.get_by_role("button", name="Save rules").click()
        expect(rules).to_have_value("mariadb 10 = registry.example.org/mariadb:10")
        # Empty: the makers' own.
        rules.fill("")
        page.get_by_role("button", name="Save rules").click()
        expect(rules).to_have_value(usual)
    with world.person("ben") as page:
        page.goto("/schedules/new")
        main = page.locator("main")
        _opened(page, main)
        main.get_by_label("Location", exact=True).fill(str(world.backups / "crm.sql"))
        main.get_by_label("Name", exact=True).fill("crm contained")
        main.get_by_label("Container image", exact=True).fill("--privileged")
        page.get_by_role("button", name="Save schedule").click()
        expect(page.get_by_text("--privileged is no image's name")).to_be_visible()
        main.get_by_label("Container image", exact=True).fill("mariadb:11.8")
        page.get_by_role("button", name="Save schedule").click()
        # What the location holds is shown first, and the image alone says that it is a container.
        expect(main.get_by_label("Restored into", exact=True)).to_have_value("docker")
        page.get_by_role("button", name="Save schedule").click()
        page.get_by_role("button", name="Run Now").wait_for()
        page.locator("summary", has_text="Delete").click()
        page.get_by_role("button", name="Delete crm contained").click()
        page.wait_for_url(f"{world.origin}/")


@story("US10", "A manager sets up a workplace, machines in AWS that exist for one run each, and a user lets a backup be restored "
       "there.")
def sets_up_a_workplace(world):
    with world.person("ada") as page:
        page.goto("/workplaces?kind=ec2")
        for label, text in {"Name": "frankfurt", "Runs at once": "3", "Regions": "Frankfurt",
                            "Machine image": "ami-0123456789abcdef0", "Instance types": "t3.medium t3.large"}.items():
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="Add workplace").click()
        expect(page.get_by_text("Frankfurt is no region's name")).to_be_visible()
        page.get_by_label("Regions", exact=True).fill("eu-central-1")
        page.get_by_role("button", name="Add workplace").click()
        expect(page.get_by_role("row", name="frankfurt")).to_contain_text("eu-central-1")
    with world.person("ben") as page:
        page.goto("/schedules/new")
        main = page.locator("main")
        _opened(page, main)
        main.get_by_label("Where it runs", exact=True).select_option(label="frankfurt (eu-central-1)")
        main.get_by_label("Location", exact=True).fill(str(world.backups / "crm.sql"))
        page.get_by_role("button", name="Save schedule").click()
        # Machines there don't see this one's disk.
        expect(page.get_by_text("a path on this machine can't be read from frankfurt")).to_be_visible()
    with world.person("ada") as page:
        page.goto("/workplaces")
        delete(page, "frankfurt")
        expect(page.get_by_role("heading", level=1)).to_contain_text("All runs are carried out on this machine.")
