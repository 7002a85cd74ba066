"""Managers store, list and delete credentials; nobody sees a secret again."""

import gzip

from playwright.sync_api import expect

import backups
import buckets
from asking import delete
from story import story


@story("US2.2", "A manager stores an SSH key and a cloud key, never sees them again, and a backup in a bucket is proven.")
def stores_keys_of_places(world):
    with world.person("ada") as page:
        key = backups.ssh_key(world.server.folder)
        page.goto("/credentials")
        page.get_by_label("Name", exact=True).fill("backup@db1")
        page.get_by_label("Kind", exact=True).select_option("sshKey")
        page.get_by_label("Or the secret as text", exact=True).fill("ssh-ed25519 AAAA is only the public half")
        page.get_by_role("button", name="Save credential").click()
        expect(page.locator(".problem").first).to_be_visible()
        world.store_credential(page, "backup@db1", "sshKey", key)
        assert key.splitlines()[1] not in page.content(), "the secret is on the page"
        with buckets.service() as endpoint:
            proves_from_bucket(world, page, endpoint)


def proves_from_bucket(world, page, endpoint):
    buckets.put(endpoint, "nights")
    buckets.put(endpoint, "nights/shop/night.sql.gz", gzip.compress(backups.dump(8).encode()))
    page.goto("/credentials")
    # What is asked for goes by the kind.
    expect(page.get_by_label("Access key id", exact=True)).to_be_hidden()
    page.get_by_label("Kind", exact=True).select_option("cloudKey")
    expect(page.get_by_label("Passphrase of the key itself", exact=True)).to_be_hidden()
    page.get_by_label("Access key id", exact=True).fill(buckets.KEY)
    page.get_by_label("Only for these hosts or buckets", exact=True).fill("nights")
    world.store_credential(page, "nights key", "cloudKey", buckets.SECRET, keep=True)
    expect(page.get_by_role("row", name="nights key")).to_contain_text("cloud key ending in T123")
    assert buckets.SECRET not in page.content(), "the secret is on the page"
    page.goto("/servers/new")
    page.get_by_role("link", name="Bucket (").click()
    page.get_by_label("Name", exact=True).fill("nights in the cloud")
    page.get_by_label("Bucket", exact=True).fill("nights")
    page.get_by_label("Endpoint", exact=True).fill(endpoint)
    page.get_by_label("Cloud key", exact=True).select_option(label="nights key")
    page.get_by_role("button", name="Save and try it").click()
    expect(page.get_by_role("status")).to_contain_text("the server lets this key in")
    page.goto("/")
    form = world.run_form(page)
    form.get_by_label("Where it lies", exact=True).select_option(label="nights in the cloud (nights)")
    form.get_by_label("Location", exact=True).fill("shop")
    form.get_by_label("Backup file", exact=True).fill("night.*")
    form.get_by_role("button", name="Run test").click()
    page.wait_for_url("**/runs/*")
    world.ended(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored")
    page.goto("/servers")
    delete(page, "nights in the cloud")
    page.goto("/credentials")
    delete(page, "nights key")
    expect(page.get_by_role("row", name="nights key")).to_have_count(0)


@story("US2.3", "A manager stores a decryption key, and an encrypted backup is proven with it.")
def stores_decryption_key(world):
    identity, recipient = backups.age_key()
    backups.write_age(world.backups / "ledger.sql.gz.age", backups.dump(9, ("accounts", "entries")), recipient)
    with world.person("ada") as page:
        world.store_credential(page, "ledger age key", "decryptionKey", identity)
        world.test_restoration(page, str(world.backups / "ledger.sql.gz.age"), decryption_keys=("ledger age key",))
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored: 2 tables")


@story("US2.4", "A manager stores a passphrase, and a backup that is locked with it is proven.")
def stores_passphrase(world):
    passphrase = "seven small boats at anchor"
    backups.write_gpg(world.backups / "mail.sql.gpg", backups.dump(5, ("boxes", "messages")), passphrase)
    with world.person("ada") as page:
        world.store_credential(page, "mail passphrase", "passphrase", passphrase)
        world.test_restoration(page, str(world.backups / "mail.sql.gpg"), passphrase="mail passphrase")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This backup was restored: 2 tables")
        assert passphrase not in page.content(), "the passphrase is on the page"


@story("US2.5", "A manager lists the stored credentials: what each is, and what uses it.", needs=("US2.2", "US2.3"))
def lists_credentials(world):
    with world.person("ada") as page:
        page.goto("/schedules/new")
        page.get_by_label("Location", exact=True).fill(str(world.backups / "ledger.sql.gz.age"))
        page.locator("summary", has_text="Keys").click()
        page.get_by_label("ledger age key").check()
        page.get_by_label("Name", exact=True).fill("ledger")
        world.kept["ledger"] = world.save_schedule(page)
        expect(page.locator("dd", has_text="ledger age key")).to_be_visible()
        page.get_by_role("link", name="Credentials").click()
        expect(page.get_by_role("row", name="ledger age key")).to_contain_text("ledger")
        expect(page.get_by_role("row", name="backup@db1")).to_contain_text("key")
    with world.person("ben") as page:
        assert page.goto("/credentials").status == 404


@story("US2.6", "A manager deletes a credential; one that is in use is kept, and it is said by what.", needs=("US2.5",))
def deletes_credential(world):
    with world.person("ada") as page:
        world.store_credential(page, "old passphrase", "passphrase", "nine old boats on the beach")
        delete(page, "old passphrase")
        expect(page.get_by_role("row", name="old passphrase")).to_have_count(0)
        delete(page, "ledger age key")
        expect(page.get_by_role("alert")).to_contain_text("ledger")
        expect(page.get_by_role("row", name="ledger age key")).to_be_visible()


@story("US2.7", "A manager renames a credential and binds it to hosts; a binding that locks out what uses it is told before.",
       needs=("US2.3",))
def modifies_credential(world):
    with world.person("ada") as page:
        world.store_credential(page, "weekly passphrase", "passphrase", "four old boats in the harbour")
        page.get_by_role("link", name="Modify weekly passphrase").click()
        page.get_by_label("Name", exact=True).fill("ledger age key")
        page.get_by_role("button", name="Save credential").click()
        expect(page.locator(".problem")).to_contain_text("a credential has this name already")
        page.get_by_label("Name", exact=True).fill("monthly passphrase")
        page.get_by_label("Only for these hosts or buckets", exact=True).fill("db1 db2")
        page.get_by_role("button", name="Save credential").click()
        expect(page.get_by_role("row", name="monthly passphrase")).to_contain_text("for db1, db2")
        assert "four old boats" not in page.content(), "the secret is on the page"
        delete(page, "monthly passphrase")
