"""People are told when a backup stops being restorable."""

import email
import email.policy
import re
import time
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from ports import free_port
from asking import delete
from story import story


@contextmanager
def mail_server():
    """A real one on this machine; what it took, and its port."""
    taken = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            taken.append(email.message_from_bytes(envelope.original_content, policy=email.policy.default))
            return "250 taken"

    # It wants its port named.
    port = free_port()
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taken, port
    finally:
        controller.stop()


def arrived(taken, number):
    deadline = time.monotonic() + 45
    while len(taken) < number:
        assert time.monotonic() < deadline, f"{len(taken)} of {number} mails came"
        time.sleep(0.1)
    return taken[number - 1]


@story("US9", "A manager says who is told; when a scheduled restore fails, a mail says why and leads to the run.")
def is_told(world):
    with mail_server() as (taken, port):
        with world.person("ada") as page:
            page.goto("/notifications")
            expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody is told")
            for label, text in {"Name": "on call", "To": "ops@example.org", "From": "proofback@example.org",
                                "Mail server": "127.0.0.1", "Port": str(port)}.items():
                page.get_by_label(label, exact=True).fill(text)
            page.get_by_label("Encryption", exact=True).select_option("none")
            page.get_by_role("button", name="Add channel").click()
            page.get_by_role("button", name="Send a test by on call").click()
            expect(page.get_by_role("status")).to_contain_text("sent")
            arrived(taken, 1)
        with world.person("ben") as page:
            world.schedule(page, str(world.backups / "crm.sql"), "crm copy")
            page.get_by_role("button", name="Run Now").click()
            page.wait_for_url("**/runs/*")
            run = world.ended(page)
            mail = arrived(taken, 2)
            assert re.match(r"bad: crm\.sql", mail["subject"]), mail["subject"]
            text = mail.get_body(("plain",)).get_content()
            page.goto(re.search(r"http://\S+/runs/\w+", text).group())
            assert page.url == run
            expect(page.get_by_role("heading", level=1)).to_contain_text("This backup can't be trusted")
        with world.person("ada") as page:
            page.goto("/notifications")
            delete(page, "on call")
            expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody is told")
