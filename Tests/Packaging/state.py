"""Where a state may lie."""

import os

from behaviour import Skipped, behaviour
from ports import free_port
from world import run, tied, until

# What statfs(2) answers is one number of the program's only question; the rest of the file system stays real.
STUB = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/vfs.h>
int statfs(const char *path, struct statfs *status)
{
    int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
    int result = real(path, status);
    if (result == 0) status->f_type = strtoul(getenv("STUB_MAGIC"), 0, 0);
    return result;
}
"""


def refused(done, system: str):
    assert done.returncode == 1 and f"lies on {system}, a network file system (state.network-file-system)" in done.stderr, done
    assert "next: name a folder on a disk of this machine" in done.stderr, done


@behaviour("a state on NFS, CIFS, SMB, 9p or Ceph is refused with what to do, by serve and by restore-state", quick=True)
def _(world):
    folder = world.new_folder("stub")
    (folder / "stub.c").write_text(STUB)
    run("gcc", "-shared", "-fPIC", "-o", folder / "stub.so", folder / "stub.c")
    systems = {"0x6969": "NFS", "0xFF534D42": "CIFS", "0xFE534D42": "SMB", "0x01021997": "9p", "0x00C36400": "Ceph"}
    for magic, name in systems.items():
        environment = {**os.environ, "LD_PRELOAD": str(folder / "stub.so"), "STUB_MAGIC": magic}
        refused(run(world.program, "serve", "--state-folder", folder / "state", "--listen", f"127.0.0.1:{free_port()}",
                    env=environment, check=False, timeout=60), name)
    refused(run(world.program, "restore-state", folder / "none", "--state-folder", folder / "state", env=environment,
                check=False), name)
    assert not (folder / "state/state.sqlite").exists()


@behaviour("a state on a real network file system of FUSE's is refused, its backups may lie there", quick=True)
def _(world):
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise Skipped("there is no /dev/fuse")
    folder = world.new_folder("fuse")
    (folder / "far").mkdir()
    (folder / "mounted").mkdir()
    mount = tied("rclone", "mount", f":local:{folder}/far", folder / "mounted", "--vfs-cache-mode", "writes", "--config", "/dev/null")
    try:
        until(lambda: os.path.ismount(folder / "mounted"), "rclone's mount", 60)
        refused(run(world.program, "serve", "--state-folder", folder / "mounted/state", "--listen",
                    f"127.0.0.1:{free_port()}", check=False, timeout=60), "fuse.rclone")
    finally:
        run("fusermount", "-u", folder / "mounted", check=False)
        mount.terminate()
        mount.wait()
