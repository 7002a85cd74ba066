"""Images as a user makes and starts them, on a base of Debian's packages: nothing is pulled."""

import functools
import json
import pathlib
import re
import shutil
import urllib.request

import yaml

import bases
from behaviour import behaviour
from engine import Registry
from entry import Bucket
from ports import free_port
from world import PACKAGING, ROOT, World, answers, compose, give_libraries, run, swift_libraries, until

# What a container needs so that a plain user may make namespaces in it: `proofback doctor` says so.
NAMESPACES = ["--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined", "--security-opt", "apparmor=unconfined"]
# As the task of packaging/ecs has it.
HARDENED = ["--init", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "host"]


class Images:
    """Both images, made by scripts/image, pushed by scripts/push, and pulled back."""

    def __init__(self, world: World):
        docker, folder = world.docker, world.new_folder("images")
        self.registry = Registry(folder)
        world.closing.append(self.registry.close)
        docker("import", bases.image_base(), "proofback-test/base")
        base = "proofback-test/base"
        if swift_libraries(world.program):
            base = "proofback-test/base-with-swift"
            give_libraries(world.program, folder / "swift")
            (folder / "swift/Dockerfile").write_text("FROM proofback-test/base\nCOPY opt /opt\n")
            docker("build", "--quiet", "--tag", base, folder / "swift")
        made = run(PACKAGING / "scripts/image", "--binary", world.program, "--base", base, "--name",
                   f"{self.registry.name}/team/proofback", "--tag", "tried", env=docker.environment, timeout=900)
        self.names = made.stdout.split()
        self.pushed = {}
        for name in self.names:
            done = run(PACKAGING / "scripts/push", name, env=docker.environment, timeout=600)
            self.pushed[name.split("/")[-1].split(":")[0]] = done.stdout.strip()


def images(world: World) -> Images:
    if not hasattr(world, "images"):
        world.images = Images(world)
    return world.images


@behaviour("both images are made on a base and from a program of one's own, and pushed to a registry by digest")
def _(world):
    made = images(world)
    assert made.names == [f"{made.registry.name}/team/proofback/{name}:tried" for name in ("server", "worker")], made.names
    for name, reference in made.pushed.items():
        repository, digest = reference.split("@")
        assert repository == f"{made.registry.name}/team/proofback/{name}" and digest.startswith("sha256:"), reference
        request = urllib.request.Request(
            f"http://{made.registry.name}/v2/team/proofback/{name}/manifests/tried",
            headers={"Accept": "application/vnd.docker.distribution.manifest.v2+json"})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Docker-Content-Digest"] == digest
    elsewhere = run(PACKAGING / "scripts/push", made.names[0], f"{made.registry.name}/other/name:1.0", env=world.docker.environment)
    assert elsewhere.stdout.strip().startswith(f"{made.registry.name}/other/name@sha256:"), elsewhere
    nowhere = run(PACKAGING / "scripts/push", made.names[0], "127.0.0.1:9/team/proofback:1.0", env=world.docker.environment, check=False)
    assert nowhere.returncode != 0 and not nowhere.stdout, nowhere


@behaviour("the server's image, pulled by digest, serves as a plain user with nothing writable but its state, and is found healthy")
def _(world):
    docker, reference, port = world.docker, images(world).pushed["server"], free_port()
    docker("rmi", "--force", *[name for name in images(world).names if "/server:" in name])
    docker("run", "--detach", "--name", "server", *HARDENED, "--env", f"PROOFBACK_READY_URL=http://127.0.0.1:{port}/readyz",
           "--volume", "state:/var/lib/proofback", reference, "serve", "--listen", f"127.0.0.1:{port}")
    until(lambda: docker.state("server").get("Health", {}).get("Status") == "healthy", "a healthy container", 180)
    assert answers(f"http://127.0.0.1:{port}/readyz")
    assert docker("exec", "server", "id", "-u").stdout.strip() == "10001"
    status = docker("exec", "server", "sh", "-c", "cat /proc/$(pidof proofback | cut -d' ' -f1)/status").stdout
    assert "CapEff:\t0000000000000000" in status and "NoNewPrivs:\t1" in status, status
    docker("stop", "--time", "60", "server")
    assert docker.state("server")["ExitCode"] == 0, docker("logs", "server", check=False)
    docker("start", "server")
    until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "the server again")
    assert "setup?token=" in docker("logs", "server").stdout
    docker("rm", "--force", "server")


@behaviour("the server's image brings its state back from a bucket and leaves a backup there when it is stopped")
def _(world):
    docker, reference, bucket = world.docker, images(world).pushed["server"], Bucket(world, "image")
    aws = [word for name, value in world.aws.environment.items() if name.startswith("AWS_") for word in ("--env", f"{name}={value}")]
    for turn, new in ((1, "yes"), (2, "no")):
        port = free_port()
        docker("run", "--detach", "--name", "mover", *HARDENED, *aws, "--tmpfs", "/var/lib/proofback:uid=10001,gid=10001,mode=0711",
               "--env", f"PROOFBACK_STATE_S3=s3://{bucket.name}/server", "--env", f"PROOFBACK_STATE_S3_ENDPOINT={world.aws.endpoint}",
               "--env", f"PROOFBACK_STATE_NEW={new}", reference, "serve", "--listen", f"127.0.0.1:{port}")
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz") or not docker.state("mover")["Running"], "the server", 120)
        assert docker.state("mover")["Running"], docker("logs", "mover", check=False)
        docker("stop", "--time", "120", "mover")
        assert docker.state("mover")["ExitCode"] == 0, docker("logs", "mover", check=False)
        said = docker("logs", "mover").stderr
        assert ("the state is that of s3://image/server/state-" in said) == (turn == 2), said
        docker("rm", "--force", "mover")
    assert bucket.versions("server/") == 2


@behaviour("the worker's image restores a MariaDB dump in its sandbox, and doctor finds all it needs")
def _(world):
    docker, reference = world.docker, images(world).pushed["worker"]
    looked = docker("run", "--rm", "--init", *NAMESPACES, reference, "doctor", check=False)
    found = looked.stdout
    for row in (r"● mariadb +MariaDB", r"● postgresql +PostgreSQL", r"● process +works here"):
        assert re.search(row, found), found
    tools = found.split("\ntools")[1].split("\nleftovers")[0]
    assert "✕" not in tools, tools
    folder = world.new_folder("dumps")
    shutil.copy(ROOT / "Tests/Packaging/dump.sql", folder / "shop.sql")
    ran = docker("run", "--rm", "--init", *NAMESPACES, "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--volume",
                 f"{folder}:/backups:ro", reference, "run", "/backups/shop.sql", "--format", "json", check=False)
    report = json.loads(ran.stdout)
    assert ran.returncode == 0 and report["verdict"] == "passed", ran


@behaviour("without those security options the worker says which it needs")
def _(world):
    looked = world.docker("run", "--rm", images(world).pushed["worker"], "doctor", check=False)
    words = re.sub(r"\s+", " ", looked.stdout)
    assert looked.returncode == 1 and "the system refuses namespaces" in words, looked
    assert "--security-opt seccomp=unconfined --security-opt systempaths=unconfined" in words, looked


@behaviour("compose starts the server, which has its state at the same path on the host, and restores into a container of the host's Docker")
def _(world):
    docker, folder = world.docker, world.new_folder("compose")
    state, port = folder / "state", free_port()
    run("install", "-d", "-m", "711", "-o", "10001", "-g", "10001", state)
    socket = world.docker.folder / "s"
    # What the tests' Docker has not: networks. And its socket lies elsewhere.
    (folder / "here.yaml").write_text(yaml.safe_dump({"services": {"server": {
        "network_mode": "host", "command": f"serve --listen 127.0.0.1:{port}",
        "environment": {"PROOFBACK_READY_URL": f"http://127.0.0.1:{port}/readyz"}}}}))
    text = (PACKAGING / "compose/compose.yaml").read_text()
    text = text.replace("- /var/run/docker.sock:", f"- {socket}:").replace("    ports:\n      - ${PROOFBACK_PORT:-127.0.0.1:8080}:8080\n", "")
    (folder / "compose.yaml").write_text(text)
    settings = {"PROOFBACK_IMAGE": images(world).pushed["server"], "PROOFBACK_PUBLIC_URL": f"http://127.0.0.1:{port}", "PROOFBACK_STATE": str(state),
                "PROOFBACK_BACKUPS": str(folder), "DOCKER_GROUP": str(socket.stat().st_gid)}
    up = functools.partial(run, compose(), "-p", "proofback", "-f", folder / "compose.yaml", "-f", folder / "here.yaml",
                                env={**docker.environment, **settings}, cwd=folder)
    up("up", "--detach")
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "the server", 120)
        assert (state / "state.sqlite").stat().st_uid == 10001
        [name] = docker("ps", "--format", "{{.Names}}").stdout.split()
        assert "Server" in docker("exec", name, "docker", "version").stdout
        looked = docker("exec", name, "proofback", "doctor", check=False).stdout
        assert re.search(r"● process +works here", looked) and re.search(r"● docker +works here", looked), looked
        shutil.copy(ROOT / "Tests/Packaging/dump.sql", folder / "shop.sql")
        ran = docker("exec", name, "proofback", "run", "/backups/shop.sql", "--sandbox", "docker", "--image",
                     "proofback-test/base:latest", "--format", "json", check=False)
        assert ran.returncode == 0 and json.loads(ran.stdout)["sandbox"]["kind"] == "docker", ran
    finally:
        up("down", "--timeout", "60")
