"""What the image starts: the state comes from its last backup, and goes there."""

import os
import pathlib
import re
import shutil
import sqlite3
import urllib.parse
import urllib.request

from behaviour import behaviour
from ports import free_port
from world import PACKAGING, World, answers, end, run, tied, until


class Bucket:
    """An empty bucket with versions, and a master key in a secret."""

    def __init__(self, world: World, name: str):
        self.aws = world.aws
        self.name = name
        self.aws("s3api", "create-bucket", "--bucket", name)
        self.aws("s3api", "put-bucket-versioning", "--bucket", name, "--versioning-configuration", "Status=Enabled")
        key = run("openssl", "rand", "-base64", "32").stdout
        self.secret = self.aws("secretsmanager", "create-secret", "--name", f"{name}/master-key", "--secret-string", key)["ARN"]
        self.key = key

    def names(self) -> set[str]:
        return {one["Key"] for one in self.aws("s3api", "list-objects-v2", "--bucket", self.name).get("Contents", [])}

    def versions(self, name: str) -> int:
        return len(self.aws("s3api", "list-object-versions", "--bucket", self.name, "--prefix", name).get("Versions", []))


class Server:
    """The entry with `proofback serve`, as the image starts it."""

    def __init__(self, world: World, bucket: Bucket, folder: pathlib.Path, **settings: str):
        self.port = free_port()
        self.state, self.key = folder / "state", bucket.key
        programs = folder / "bin"
        if not programs.exists():
            programs.mkdir(parents=True)
            (programs / "proofback").symlink_to(world.program)
        self.log = folder / f"log-{self.port}"
        self.environment = {
            **world.aws.environment, "PATH": f"{programs}:{world.aws.environment['PATH']}", "PROOFBACK_STATE": str(self.state),
            "PROOFBACK_STATE_S3": f"s3://{bucket.name}/server/", "PROOFBACK_MASTER_KEY_SECRET": bucket.secret,
            "PROOFBACK_RELEASE": "one", **settings}
        self.process = tied(PACKAGING / "docker/entry", "serve", "--listen", f"127.0.0.1:{self.port}", env=self.environment,
                            stdout=open(self.log, "w"), stderr=-2)

    def words(self) -> str:
        return self.log.read_text()

    def started(self) -> "Server":
        until(lambda: answers(f"http://127.0.0.1:{self.port}/readyz") or self.process.poll() is not None, "the server", 120)
        assert self.process.poll() is None, self.words()
        return self

    def ended(self) -> str:
        """What it said until it ended by itself."""
        self.process.wait(120)
        return self.words()

    def stop(self) -> int:
        return end(self.process, 120)

    def kill(self):
        """As when the machine goes: entry and server at once."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.process.kill()
        for child in children:
            os.kill(int(child), 9)
        self.process.wait()
        # Its memory goes with a machine; ours stays.
        for path in pathlib.Path("/dev/shm").glob("proofback-*/master.key"):
            if path.read_text().strip() == self.key.strip():
                shutil.rmtree(path.parent)


def remember(state: pathlib.Path, word: str):
    """Something that a state has or has not: a setting that is nobody's."""
    with sqlite3.connect(state / "state.sqlite", timeout=30) as database:
        database.execute("CREATE TABLE IF NOT EXISTS noted (word TEXT)")
        database.execute("INSERT INTO noted VALUES (?)", [word])


def remembered(state: pathlib.Path) -> list[str]:
    database = sqlite3.connect(f"file:{state}/state.sqlite?mode=ro", uri=True)
    try:
        return [row[0] for row in database.execute("SELECT word FROM noted")]
    finally:
        database.close()


def keep_secret(server: Server):
    """A stored credential: without one, any master key fits a state."""
    address = f"http://127.0.0.1:{server.port}"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def send(path: str, **fields: str):
        browser.open(address + path, urllib.parse.urlencode(fields).encode(), timeout=60).close()

    token = re.search(r"/setup\?token=(\S+)", server.words()).group(1)
    send("/setup", token=token, name="Ada", login="ada", password="correct horse battery")
    page = browser.open(f"{address}/credentials", timeout=60).read().decode()
    form = re.search(r'name="formToken" value="([^"]+)"', page).group(1)
    send("/credentials", formToken=form, name="shop", kind="passphrase", secret="a secret of the shop")


LATER = "INSERT INTO grdb_migrations VALUES ('9999 of a later release')"
EARLIER = "DELETE FROM grdb_migrations WHERE identifier LIKE '9999 %'"


def later_release(world: World, folder: pathlib.Path) -> pathlib.Path:
    """The same program, but what it backs up has been brought up to date by a migration that the earlier one does not know."""
    program = folder / "bin/proofback"
    program.parent.mkdir()
    program.write_text(f"""#!/bin/sh
[ "$1" != restore-state ] || sqlite3 "$2" "{EARLIER}"
[ "$1" = backup ] || exec "{world.program}" "$@"
"{world.program}" "$@" && sqlite3 "$2" "{LATER}"
""")
    program.chmod(0o755)
    return folder


@behaviour("without a place in S3 the entry is proofback itself, with its exit codes")
def _(world):
    folder = world.new_folder("plain")
    (folder / "bin").mkdir()
    (folder / "bin/proofback").symlink_to(world.program)
    environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}"}
    entry = PACKAGING / "docker/entry"
    assert run(entry, "--version", env=environment).stdout == run(world.program, "--version").stdout
    assert run(entry, "serve", "--listen", "nowhere", env=environment, check=False).returncode == 64


@behaviour("an empty place is no start but the very first, so that a wrong name is noticed")
def _(world):
    bucket, folder = Bucket(world, "first-start"), world.new_folder("first")
    said = Server(world, bucket, folder).ended()
    assert "there is no backup in s3://first-start/server/" in said and "PROOFBACK_STATE_NEW=yes" in said, said
    assert not (folder / "state/state.sqlite").exists()
    elsewhere = Server(world, bucket, folder, PROOFBACK_STATE_S3="s3://no-such-bucket/server", PROOFBACK_STATE_NEW="yes").ended()
    assert "can't be listed" in elsewhere, elsewhere
    keyless = Server(world, bucket, folder, PROOFBACK_MASTER_KEY_SECRET="nothing", PROOFBACK_STATE_NEW="yes").ended()
    assert "the master key can't be read from the secret nothing" in keyless, keyless


@behaviour("SIGTERM leaves a backup, the next start elsewhere has the state of then, and the master key is in neither")
def _(world):
    bucket = Bucket(world, "moves")
    here, there = world.new_folder("here"), world.new_folder("there")
    first = Server(world, bucket, here, PROOFBACK_STATE_NEW="yes").started()
    remember(first.state, "made here")
    assert first.stop() == 0, first.words()
    assert bucket.names() == {"server/state-one.sqlite"}
    second = Server(world, bucket, there).started()
    assert remembered(second.state) == ["made here"]
    assert second.stop() == 0, second.words()
    for folder in (here, there):
        for path in folder.rglob("*"):
            assert not path.is_file() or bucket.key.strip().encode() not in path.read_bytes(), path
    for path in pathlib.Path("/dev/shm").glob("*/master.key"):
        assert bucket.key.strip() not in path.read_text(), path
    world.aws("s3api", "get-object", "--bucket", bucket.name, "--key", "server/state-one.sqlite", str(here / "backup"))
    assert bucket.key.strip().encode() not in (here / "backup").read_bytes()


@behaviour("it is backed up while it runs, and a machine that is gone costs no more than what came after the last backup")
def _(world):
    bucket = Bucket(world, "dies")
    first = Server(world, bucket, world.new_folder("dies"), PROOFBACK_STATE_NEW="yes", PROOFBACK_BACKUP_SECONDS="1").started()
    remember(first.state, "before")
    seen = bucket.versions("server/state-one.sqlite")
    # The one that was being made may have missed it; the one after has it.
    until(lambda: bucket.versions("server/state-one.sqlite") >= seen + 2, "two more backups")
    first.kill()
    second = Server(world, bucket, world.new_folder("replaced")).started()
    assert remembered(second.state) == ["before"]
    second.stop()


@behaviour("a state on the machine's own disk goes on where it was, unless another machine has written a backup since")
def _(world):
    bucket = Bucket(world, "volume")
    here, there = world.new_folder("here"), world.new_folder("there")
    first = Server(world, bucket, here, PROOFBACK_STATE_NEW="yes").started()
    first.stop()
    first = Server(world, bucket, here).started()
    remember(first.state, "after the last backup")
    first.kill()
    again = Server(world, bucket, here).started()
    assert remembered(again.state) == ["after the last backup"]
    again.stop()
    other = Server(world, bucket, there).started()
    remember(other.state, "made there")
    other.stop()
    back = Server(world, bucket, here).started()
    assert remembered(back.state) == ["after the last backup", "made there"]
    back.stop()


@behaviour("a release that is rolled back to starts from its own last backup, past what the newer one made of the state")
def _(world):
    bucket = Bucket(world, "releases")
    here, there = world.new_folder("here"), world.new_folder("there")
    first = Server(world, bucket, here, PROOFBACK_STATE_NEW="yes").started()
    remember(first.state, "by one")
    first.stop()
    later = later_release(world, world.new_folder("later"))
    second = Server(world, bucket, later, PROOFBACK_RELEASE="two", PROOFBACK_STATE=str(here / "state")).started()
    assert remembered(here / "state") == ["by one"]
    remember(here / "state", "by two")
    assert second.stop() == 0, second.words()
    with sqlite3.connect(here / "state/state.sqlite", timeout=30) as database:
        database.execute(LATER)
    assert bucket.names() == {"server/state-one.sqlite", "server/state-two.sqlite"}
    for folder in (here, there):
        back = Server(world, bucket, folder).started()
        assert remembered(back.state) == ["by one"]
        assert "state-two.sqlite was written by a newer release; the one before is tried" in back.words()
        back.kill()


@behaviour("two that write the same state are noticed: the one that finds the other's backup ends, and overwrites nothing")
def _(world):
    bucket = Bucket(world, "twice")
    first = Server(world, bucket, world.new_folder("one"), PROOFBACK_STATE_NEW="yes", PROOFBACK_BACKUP_SECONDS="600").started()
    first.stop()
    first = Server(world, bucket, world.new_folder("one"), PROOFBACK_BACKUP_SECONDS="600").started()
    second = Server(world, bucket, world.new_folder("two"), PROOFBACK_BACKUP_SECONDS="1").started()
    seen = bucket.versions("server/state-one.sqlite")
    until(lambda: bucket.versions("server/state-one.sqlite") > seen, "a backup of the second")
    assert first.stop() != 0
    assert "another server writes s3://twice/server/state-one.sqlite" in first.words(), first.words()
    assert second.stop() == 0, second.words()


def rotate_key(bucket: Bucket, server: Server) -> str:
    """With the server's own release. The new key."""
    done = run(PACKAGING / "ecs/rotate-key", "--state-s3", f"s3://{bucket.name}/server", "--secret", bucket.secret, env=server.environment)
    answer = bucket.aws("secretsmanager", "get-secret-value", "--secret-id", bucket.secret, "--version-stage", "AWSCURRENT")
    key = answer["SecretString"].strip()
    assert key != bucket.key.strip() and key not in done.stdout + done.stderr, (key, bucket.key, done)
    return key


@behaviour("the master key is changed by an operator: the next release starts with the new one, from a backup that fits it")
def _(world):
    bucket, folder = Bucket(world, "rotates"), world.new_folder("rotates")
    server = Server(world, bucket, folder, PROOFBACK_STATE_NEW="yes").started()
    keep_secret(server)
    server.stop()
    rotate_key(bucket, server)
    again = Server(world, bucket, world.new_folder("rotated")).started()
    again.stop()


@behaviour("after a change of the master key the release before can be gone back to, says that it has the old key, and is sealed anew")
def _(world):
    bucket, here = Bucket(world, "rotated-back"), world.new_folder("here")
    first = Server(world, bucket, here, PROOFBACK_STATE_NEW="yes").started()
    keep_secret(first)
    remember(first.state, "by one")
    first.stop()
    later = later_release(world, world.new_folder("later"))
    second = Server(world, bucket, later, PROOFBACK_RELEASE="two").started()
    second.stop()
    key = rotate_key(bucket, second)
    # From the bucket, then from what lies on the machine's own disk.
    old_key = "entry: the state is sealed with the master key before the last rotation"
    for _ in range(2):
        back = Server(world, bucket, here, PROOFBACK_BACKUP_SECONDS="1").started()
        assert remembered(back.state) == ["by one"]
        until(lambda: old_key in back.words(), "its word about the key")
        assert back.stop() == 0, back.words()
        assert back.words().count(old_key) == 1, back.words()
    assert rotate_key(bucket, back) != key
    anew = Server(world, bucket, here, PROOFBACK_BACKUP_SECONDS="1").started()
    seen = bucket.versions("server/state-one.sqlite")
    until(lambda: bucket.versions("server/state-one.sqlite") > seen + 1, "two backups")
    assert anew.stop() == 0 and old_key not in anew.words(), anew.words()
    assert remembered(anew.state) == ["by one"]
