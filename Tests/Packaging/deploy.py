"""Images go to a real registry; the service on moto's ECS is deployed, and rolled back when it does not answer."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

from behaviour import behaviour
from cloud import REGION
from entry import Bucket, remember, remembered
from ports import free_port
from world import PACKAGING, World, answers, end, run, tied, until

ACCOUNT = "123456789012"


class Agent:
    """What ECS and its agent do with a service: the task of the newest task definition runs, after the one before has ended. It
    is told nothing: it reads services and task definitions from moto. A task is the entry with the definition's own
    command and environment; an image is a folder with a program."""

    def __init__(self, world: World, cluster: str, service: str, images: dict[str, pathlib.Path], host: pathlib.Path):
        self.world, self.cluster, self.service, self.images, self.host = world, cluster, service, images, host
        self.port = free_port()
        self.definition, self.process, self.log = None, None, ""
        self.order: list[str] = []
        self.stopping = threading.Event()
        world.aws.services = self.said
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def said(self, services: list[dict]) -> list[dict]:
        """What moto does not know: which deployments there are, and how many tasks of each really run."""
        for service in services:
            is_alive = self.process is not None and self.process.poll() is None
            newest = service["taskDefinition"]
            runs = is_alive and self.definition == newest
            primary = service["deployments"][0] | {"status": "PRIMARY", "taskDefinition": newest, "runningCount": int(runs)}
            service["deployments"] = [primary]
            if is_alive and not runs:
                service["deployments"].append(primary | {"status": "ACTIVE", "taskDefinition": self.definition, "runningCount": 1})
            service["events"] = [{"id": str(number), "message": f"(service {self.service}) {what}", "createdAt": time.time()}
                                 for number, what in reversed(list(enumerate(self.order)))]
        return services

    def close(self):
        self.stopping.set()
        self.thread.join(180)
        self.world.aws.services = lambda services: services
        assert not self.thread.is_alive()

    def _follow(self):
        try:
            self._obey()
        finally:
            # Its parent is this thread, with which it would be killed, and what it started left.
            if self.process:
                end(self.process, 120)

    def _obey(self):
        while not self.stopping.wait(0.5):
            try:
                found = self.world.aws("ecs", "describe-services", "--cluster", self.cluster, "--services", self.service)["services"]
            except AssertionError:
                continue
            if found and found[0]["taskDefinition"] != self.definition:
                if self.process:
                    self.order.append(f"stop {self.definition.split(':')[-1]}")
                    end(self.process, 120)
                self._start(found[0]["taskDefinition"])

    def _start(self, definition: str):
        task = self.world.aws("ecs", "describe-task-definition", "--task-definition", definition)["taskDefinition"]
        server = task["containerDefinitions"][0]
        state = self.host / "state"
        environment = {one["name"]: one["value"] for one in server["environment"]}
        environment.update(self.world.aws.environment, PROOFBACK_STATE=str(state))
        environment["PATH"] = f"{self.images[server['image']]}:{environment['PATH']}"
        # The instance's disk is not the state's place: each task begins with nothing.
        shutil.rmtree(state, ignore_errors=True)
        command = [word.replace("0.0.0.0:8080", f"127.0.0.1:{self.port}") for word in server["command"]]
        self.log = self.host / f"log-{definition.split(':')[-1]}"
        self.process = tied(PACKAGING / "docker/entry", *command, env=environment, stdout=open(self.log, "w"), stderr=-2)
        self.definition = definition
        self.order.append(f"start {definition.split(':')[-1]}")


def settings(world: World, folder: pathlib.Path, bucket: Bucket, port: int, **changed: str) -> pathlib.Path:
    values = dict(line.split("=", 1) for line in (PACKAGING / "ecs/settings.example").read_text().splitlines()
                  if line and not line.startswith("#"))
    values.update(
        AWS_REGION=REGION, CLUSTER=bucket.name, SERVICE="server", FAMILY=f"{bucket.name}-server", PUBLIC_URL=f"http://127.0.0.1:{port}",
        STATE_S3=f"s3://{bucket.name}/server", MASTER_KEY_SECRET=bucket.secret, STATE_FOLDER="/var/lib/proofback",
        TARGET_GROUP_ARN=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/proofback/0123456789abcdef")
    values.update(changed)
    path = folder / f"settings-{len(list(folder.iterdir()))}"
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def program(folder: pathlib.Path, text: str) -> pathlib.Path:
    folder.mkdir()
    (folder / "proofback").write_text(text)
    (folder / "proofback").chmod(0o755)
    return folder


class Deployments:
    """A cluster, with images of servers: 1 and 2 are good, 3 does not start."""

    def __init__(self, world: World, name: str):
        self.world, self.bucket, self.folder = world, Bucket(world, name), world.new_folder(name)
        world.aws("ecs", "create-cluster", "--cluster-name", name)
        good = program(self.folder / "good", f'#!/bin/sh\nexec "{world.program}" "$@"\n')
        bad = program(self.folder / "bad", f'#!/bin/sh\n[ "$1" != serve ] || {{ echo "it does not start" >&2; exit 1; }}\nexec "{world.program}" "$@"\n')
        images = {"registry/server@sha256:1": good, "registry/server@sha256:2": good, "registry/server@sha256:3": bad}
        (self.folder / "host").mkdir()
        self.agent = Agent(world, name, "server", images, self.folder / "host")

    def command(self, *words: str, **changed: str) -> list:
        path = settings(self.world, self.folder, self.bucket, self.agent.port, **changed)
        return [PACKAGING / "scripts/deploy-ecs", "--settings", path, *words]

    def __call__(self, *words: str, check=True, **changed: str):
        return run(*self.command(*words, **changed), env=self.world.aws.environment, check=check, timeout=500)

    def chosen(self) -> str:
        """The task definition that the service is to have."""
        said = self.world.aws("ecs", "describe-services", "--cluster", self.bucket.name, "--services", "server")
        return said["services"][0]["taskDefinition"].split("/")[-1]


@behaviour("a deployment stops the old server before the new one starts, keeps its state, and is rolled back when nothing answers")
def _(world):
    deploy = Deployments(world, "deploys")
    try:
        deployed(world, deploy.folder, deploy, deploy.agent)
    finally:
        deploy.agent.close()


def deployed(world: World, folder: pathlib.Path, deploy: Deployments, agent: Agent):
    missing = deploy("--image", "registry/server@sha256:1", check=False)
    assert missing.returncode == 1 and "there is no service server in the cluster deploys" in missing.stderr, missing
    first = deploy("--image", "registry/server@sha256:1", "--create", STATE_NEW="yes")
    assert "deploys-server:1 answers at" in first.stdout, first
    [created] = [body for action, body in world.aws.asked if action == "CreateService" and body["cluster"] == "deploys"]
    assert created["deploymentConfiguration"] == {"minimumHealthyPercent": 0, "maximumPercent": 100}, created
    assert created["desiredCount"] == 1, created
    remember(folder / "host/state", "by the first")

    second = deploy("--image", "registry/server@sha256:2", "--release", "second")
    assert "deploys-server:2 answers at" in second.stdout, second
    assert agent.order == ["start 1", "stop 1", "start 2"], agent.order
    assert remembered(folder / "host/state") == ["by the first"]
    remember(folder / "host/state", "by the second")

    third = deploy("--image", "registry/server@sha256:3", "--within", "15", check=False)
    assert third.returncode == 1, third
    assert "deploys-server:3 did not answer" in third.stderr and "ECS says:\n  (service server) " in third.stderr, third
    assert "goes back to deploys-server:2" in third.stderr and "deploys-server:2 answers again" in third.stderr, third
    assert answers(f"http://127.0.0.1:{agent.port}/readyz")
    assert remembered(folder / "host/state") == ["by the first", "by the second"]
    assert agent.order[-4:] == ["stop 2", "start 3", "stop 3", "start 2"], agent.order

    back = deploy("--to", "deploys-server:1")
    assert "deploys-server:1 answers at" in back.stdout, back
    alone = deploy("--image", "registry/server@sha256:3", "--within", "1", "--create", check=False, PUBLIC_URL="http://127.0.0.1:9", SERVICE="other")
    assert alone.returncode == 2 and "there is no earlier one to go back to" in alone.stderr, alone


@behaviour("a deployment that is interrupted is rolled back, and a rollback that ECS refuses says how to try again")
def _(world):
    deploy = Deployments(world, "interrupted")
    try:
        interrupted(world, deploy, deploy.agent)
    finally:
        world.aws.refuses = lambda *_: False
        deploy.agent.close()


def interrupted(world: World, deploy: Deployments, agent: Agent):
    deploy("--image", "registry/server@sha256:1", "--create", STATE_NEW="yes")
    # As Jenkins and a terminal do it: all that it has started gets the signal, too.
    going = tied(*deploy.command("--image", "registry/server@sha256:3"), env=world.aws.environment, start_new_session=True,
                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: "start 2" in agent.order, "the new release")
    os.killpg(going.pid, signal.SIGTERM)
    out, error = going.communicate(timeout=300)
    assert going.returncode == 1 and not out, (going.returncode, out, error)
    assert "interrupted\ngoes back to interrupted-server:1\n" in error and "interrupted-server:1 answers again" in error, error
    assert deploy.chosen() == "interrupted-server:1" and agent.order[-2:] == ["stop 2", "start 1"], agent.order

    world.aws.refuses = lambda operation, asked: operation == "UpdateService" and asked["taskDefinition"].endswith(":1")
    refused = deploy("--image", "registry/server@sha256:3", "--within", "1", check=False)
    assert refused.returncode == 2 and "not allowed by the test" in refused.stderr, refused
    assert "ECS was not brought to go back" in refused.stderr and "it may still start interrupted-server:3" in refused.stderr, refused
    world.aws.refuses = lambda *_: False
    [next_step] = re.findall("^next: packaging/scripts/(deploy-ecs .*)", refused.stderr, re.M)
    run("bash", "-c", f"{PACKAGING}/scripts/{next_step}", env=world.aws.environment)
    assert deploy.chosen() == "interrupted-server:1" and answers(f"http://127.0.0.1:{agent.port}/readyz")


@behaviour("a setting that is not there is named before anything is deployed")
def _(world):
    bucket, folder = Bucket(world, "unset"), world.new_folder("unset")
    world.aws("ecs", "create-cluster", "--cluster-name", bucket.name)
    path = settings(world, folder, bucket, 9, LOG_GROUP="")
    done = run(PACKAGING / "scripts/deploy-ecs", "--settings", path, "--image", "x@sha256:1", "--create", env=world.aws.environment, check=False)
    assert done.returncode == 64 and "LOG_GROUP is not set" in done.stderr, done
    assert not world.aws("ecs", "list-task-definitions", "--family-prefix", "unset-server")["taskDefinitionArns"]


@behaviour("IAM takes every policy and the trust of the roles, S3 the bucket's policy and its rule for old versions")
def _(world):
    values = {"ACCOUNT": ACCOUNT, "AWS_REGION": REGION, "STATE_BUCKET": "policies", "STATE_PREFIX": "server", "LOG_GROUP": "/proofback/server",
              "REPOSITORY": "proofback", "CLUSTER": "proofback", "SERVICE": "proofback",
              "MASTER_KEY_SECRET": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:proofback/master-key-AbCdEf",
              "TASK_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/proofback-task", "EXECUTION_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/proofback-execution"}
    values.update(WORKER_IMAGE="ami-0123456789abcdef0", WORKER_SUBNET="subnet-1", WORKER_SECURITY_GROUP="sg-1", WORKER_CLUSTER="workers")
    folder = world.new_folder("policies")

    def filled(path: pathlib.Path) -> str:
        text = re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match.group(1)], path.read_text())
        (folder / path.name).write_text(text)
        json.loads(text)
        return f"file://{folder / path.name}"

    for path in sorted((PACKAGING / "ecs/iam").glob("*.json")):
        if path.name.startswith("trust"):
            world.aws("iam", "create-role", "--role-name", path.stem, "--assume-role-policy-document", filled(path))
        else:
            world.aws("iam", "create-policy", "--policy-name", path.stem, "--policy-document", filled(path))
    world.aws("s3api", "create-bucket", "--bucket", "policies")
    world.aws("s3api", "put-bucket-policy", "--bucket", "policies", "--policy", filled(PACKAGING / "ecs/bucket-policy.json"))
    world.aws("s3api", "put-bucket-lifecycle-configuration", "--bucket", "policies", "--lifecycle-configuration",
              filled(PACKAGING / "ecs/bucket-lifecycle.json"))
