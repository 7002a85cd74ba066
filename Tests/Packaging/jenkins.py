"""The example job: a nightly dump, and the proof that it comes back."""

import os
import xml.etree.ElementTree

from behaviour import behaviour
from world import PACKAGING, ROOT, World, run


def job(world: World):
    """A job's folder, and its environment."""
    folder = world.new_folder("job")
    (folder / "bin").mkdir()
    (folder / "bin/proofback").symlink_to(world.program)
    return folder, {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "PROOFBACK_STATE": str(folder / "state")}


@behaviour("the example job leaves a test report that Jenkins reads, of a good dump and of a bad one, with proofback's exit codes")
def _(world):
    folder, environment = job(world)
    good = (ROOT / "Tests/Packaging/dump.sql").read_text()
    (folder / "good.sql").write_text(good)
    (folder / "cut.sql").write_text(good[:good.index("'screw'")])
    for name, code in (("good.sql", 0), ("cut.sql", 1), ("missing.sql", 1)):
        done = run(PACKAGING / "jenkins/prove", folder / name, "--max-age", "26h", env=environment, cwd=folder, check=False)
        assert done.returncode == code, done
        report = xml.etree.ElementTree.parse(folder / "proofback.xml").getroot()
        failures = report.findall(".//failure")
        assert report.tag in ("testsuites", "testsuite") and bool(failures) == (code == 1), xml.etree.ElementTree.tostring(report)


@behaviour("a dump that fails leaves no file that could be taken for one")
def _(world):
    folder, environment = job(world)
    (folder / "gnupg").mkdir(mode=0o700)
    environment["GNUPGHOME"] = str(folder / "gnupg")
    run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "backup@example.org", "default", "default", "never", env=environment)
    (folder / "defaults").write_text(f"[client]\nsocket={folder}/none\nuser=backup\n")
    done = run(PACKAGING / "jenkins/dump", folder / "defaults", "shop", "backup@example.org", folder / "shop.sql.zst.gpg", env=environment, check=False)
    run("gpgconf", "--kill", "all", env=environment)
    assert done.returncode != 0 and not list(folder.glob("shop*")), (done, list(folder.iterdir()))
