"""A real OpenSSH server on loopback, for pages that show a host's keys."""

import os
import pathlib
import socket
import subprocess
import time
from contextlib import contextmanager

from ports import free_port


@contextmanager
def ssh_host(folder: pathlib.Path):
    """Its address, with two host keys; it lets nobody in."""
    folder.mkdir()
    # sshd's privilege separation wants this folder; a system without a running sshd has none.
    if os.geteuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    for kind in ("ed25519", "ecdsa"):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(folder / kind)], check=True)
    port = free_port()
    lines = ["ListenAddress 127.0.0.1", f"Port {port}", f"HostKey {folder}/ed25519", f"HostKey {folder}/ecdsa",
             "PidFile none", "UsePAM no", "PasswordAuthentication no", "AuthorizedKeysFile none"]
    config = folder / "sshd_config"
    config.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(
        ["/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/sbin/sshd", "-D", "-e", "-f", str(config)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"backup@127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(port: int):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.025)
    raise RuntimeError("sshd does not listen")
