"""A Docker engine of our own, apart from the machine's, in a process namespace that ends with us."""

import json
import os
import pathlib
import subprocess

from ports import free_port
from world import end, run, tied, until


class Engine:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.log = folder / "log"
        socket = folder / "s"
        self.environment = {**os.environ, "DOCKER_HOST": f"unix://{socket}", "DOCKER_BUILDKIT": "0", "HOME": str(folder)}
        self.process = tied(
            "/usr/bin/unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "dockerd", "--data-root",
            folder / "data", "--exec-root", folder / "x", "--pidfile", folder / "pid", "--host", f"unix://{socket}",
            "--iptables=false", "--ip6tables=false", "--bridge=none", "--log-level=error",
            stdout=open(self.log, "w"), stderr=subprocess.STDOUT)
        until(lambda: self("version", check=False).returncode == 0 or self.process.poll() is not None, "dockerd", 60)
        if self.process.poll() is not None:
            raise AssertionError(f"dockerd ended: {self.log.read_text()}")

    def __call__(self, *words, check=True, timeout=600):
        return run("docker", *words, env=self.environment, check=check, timeout=timeout)

    def inspect(self, name: str):
        return json.loads(self("inspect", name).stdout)[0]

    def state(self, name: str):
        return self.inspect(name)["State"]

    def close(self):
        end(self.process)
        run("rm", "-rf", "--one-file-system", self.folder, check=False)


class Registry:
    """Debian's docker-registry on loopback."""

    def __init__(self, folder: pathlib.Path):
        self.name = f"127.0.0.1:{free_port()}"
        (folder / "config.yml").write_text(
            f"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {folder}/store\nhttp:\n  addr: {self.name}\n")
        self.process = tied("docker-registry", "serve", folder / "config.yml", stdout=open(folder / "log", "w"),
                            stderr=subprocess.STDOUT)

    def close(self):
        end(self.process)
