"""EC2 and ECS whose machines run: moto, a gate before it, and a watcher that makes containers of what moto has on record.

    aws_emulator.py REGION IMAGE [MOUNT...]      prints its port

Launchers talk to the gate, which passes everything on to moto but the calls that a test wants refused. The watcher is told
nothing by them: it asks moto, as anybody could, which instances and tasks there are, reads their user data and task
definitions, and runs these in containers of the Docker Engine that DOCKER_HOST names. An instance is a container in which
user namespaces may be made, and its shutdown ends it; where IMAGE has a Docker Engine, that can be started in it. A task's
containers are plain ones, as on Fargate. With an empty IMAGE nothing ever boots. MOUNTs are what machine images have beside: the run-time libraries of a debug build.
"""
import base64
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time

import boto3
from gate import Gate
from moto.ecs.models import ecs_backends
from moto.moto_api import state_manager
from werkzeug.serving import WSGIRequestHandler, make_server

REGION, IMAGE, *MOUNTS = sys.argv[1:]
ACCOUNT = "123456789012"
# Of the containers of this emulator: others may have theirs in the same engine.
LABEL = f"emulator={os.getpid()}"
BOOT = """#!/bin/bash
trap 'exit 0' TERM
# For an engine of the machine's own, which makes groups of processes.
for folder in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,rw "$folder" 2>/dev/null; done
# As cloud-init brings it to the console.
/var/lib/user-data > >(exec sed -u 's/^/[   41.718281] cloud-init[712]: /') 2>&1 &
wait
sleep infinity &
wait
"""
SHUTDOWN = """#!/bin/bash
for number in {1..12}; do echo "[  OK  ] Stopped target Number $number."; done
sleep 0.5
kill -TERM 1
"""
# There is no packet filter in a machine, and no network of Docker's own.
DAEMON = json.dumps({"iptables": False, "bridge": "none"})
# Debian's raises limits first, which it may not here.
START_DOCKER = '#!/bin/sh\n[ "$1" = start ] || exit\nsetsid --fork dockerd >/var/log/docker.log 2>&1 </dev/null\n'
# What an instance may do that a plain container may not; --privileged takes devices that this engine may not have.
MACHINE = ["--cap-add", "SYS_ADMIN", "--cap-add", "NET_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined"]


def docker(*arguments, input=None):
    return subprocess.run(["docker", *arguments], input=input, capture_output=True)


def file_archive(files):
    """A tar of (path, content) that may be run."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            data = content.encode()
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(data), 0o755
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


class Watcher:
    """Keeps containers as moto's record says."""

    def __init__(self, port):
        def client(name):
            made = boto3.client(
                name, region_name=REGION, endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="watcher",
                aws_secret_access_key="watcher")
            made.meta.events.register("before-sign.*.*", lambda request, **_: request.headers.add_header("X-Test", "watcher"))
            return made

        self.ec2, self.ecs, self.logs = client("ec2"), client("ecs"), client("logs")
        self.machines = {}
        self.consoles = {}
        self.tasks = {}
        self.essential = {}
        self.clusters = set()

    def forever(self):
        while True:
            try:
                self.look()
            except Exception as error:  # what goes wrong here must be seen in the test's output
                print("emulator:", repr(error), file=sys.stderr, flush=True)
            time.sleep(0.3)

    def look(self):
        alive = {}
        if IMAGE:
            lines = docker("ps", "--all", "--filter", f"label={LABEL}", "--format", "{{.Names}} {{.State}}").stdout.decode()
            alive = dict(line.split(" ", 1) for line in lines.splitlines())
        for instance in self.instances():
            self.keep_instance(instance, alive)
        self.keep_tasks(alive)

    def instances(self):
        return [one for group in self.ec2.describe_instances()["Reservations"] for one in group["Instances"]]

    def keep_instance(self, instance, alive):
        id, state = instance["InstanceId"], instance["State"]["Name"]
        if state == "running" and id not in self.machines and IMAGE:
            self.machines[id] = "booted"
            self.boot(id)
        elif self.machines.get(id) == "booted" and state in ("terminated", "stopped"):
            self.consoles[id] = self.console(id)
            docker("rm", "--force", "--volumes", f"emulator-{id}")
            self.machines[id] = "gone"
        elif self.machines.get(id) == "booted" and alive.get(f"emulator-{id}") == "exited":
            # It shut itself down.
            self.consoles[id] = self.console(id)
            attribute = self.ec2.describe_instance_attribute(InstanceId=id, Attribute="instanceInitiatedShutdownBehavior")
            ending = attribute["InstanceInitiatedShutdownBehavior"]["Value"]
            (self.ec2.terminate_instances if ending == "terminate" else self.ec2.stop_instances)(InstanceIds=[id])

    def console(self, id):
        if id in self.consoles or not IMAGE:
            return self.consoles.get(id, b"")
        printed = docker("logs", f"emulator-{id}")
        return printed.stdout + printed.stderr

    def boot(self, id):
        data = self.ec2.describe_instance_attribute(InstanceId=id, Attribute="userData")["UserData"].get("Value", "")
        name = f"emulator-{id}"
        mounts = [part for mount in MOUNTS for part in ("--volume", f"{mount}:{mount}:ro")]
        made = docker(
            "create", "--name", name, "--label", LABEL, "--network", "host", "--volume", "/var/lib/docker", *MACHINE, *mounts, IMAGE,
            "/sbin/boot")
        files = {
            "sbin/boot": BOOT, "var/lib/user-data": base64.b64decode(data).decode(), "usr/sbin/shutdown": SHUTDOWN,
            "usr/sbin/poweroff": SHUTDOWN, "etc/docker/daemon.json": DAEMON, "etc/init.d/docker": START_DOCKER,
        }
        put = docker("cp", "-", f"{name}:/", input=file_archive(files))
        begun = docker("start", name)
        for step in (made, put, begun):
            if step.returncode != 0:
                raise RuntimeError(step.stderr.decode())

    def end(self, id, reason):
        if id.startswith("i-"):
            self.ec2.terminate_instances(InstanceIds=[id])
        for task in [] if id.startswith("i-") else self.list_tasks():
            if task["taskArn"].endswith(id):
                self.ecs.stop_task(cluster=task["clusterArn"], task=task["taskArn"], reason=reason)

    def plant(self, tags):
        data = tags.pop("userData")
        marks = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, UserData=data,
            InstanceInitiatedShutdownBehavior="terminate", TagSpecifications=[{"ResourceType": "instance", "Tags": marks}])

    @staticmethod
    def containers():
        return docker("ps", "--quiet", "--filter", f"label={LABEL}").stdout.decode().split()

    def processes(self):
        """Command lines inside the containers that were made from moto's record."""
        return {one: docker("top", one, "-eo", "pid,args").stdout.decode().splitlines()[1:] for one in self.containers()}

    def kill(self, what):
        """Processes in them whose command line has this in it, at once."""
        for one in self.containers():
            docker("exec", one, "pkill", "-KILL", "-f", what)

    # Tasks

    def make_cluster(self, name):
        """With one instance, for capacity of that kind, and where its tasks may be."""
        self.ecs.create_cluster(clusterName=name)
        if not self.logs.describe_log_groups(logGroupNamePrefix="/proofback")["logGroups"]:
            self.logs.create_log_group(logGroupName="/proofback")
        instance = self.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
        self.machines[instance["InstanceId"]] = "a cluster's"
        self.clusters.add(instance["InstanceId"])
        self.ecs.register_container_instance(
            cluster=name, instanceIdentityDocument=json.dumps({"instanceId": instance["InstanceId"]}))
        group = self.ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
        return {"subnet": self.ec2.describe_subnets()["Subnets"][0]["SubnetId"], "group": group}

    def list_tasks(self, **more):
        for cluster in self.ecs.list_clusters()["clusterArns"]:
            arns = [arn for page in self.ecs.get_paginator("list_tasks").paginate(cluster=cluster, **more) for arn in page["taskArns"]]
            for start in range(0, len(arns), 100):
                answer = self.ecs.describe_tasks(cluster=cluster, tasks=arns[start:start + 100], include=["TAGS"])
                yield from answer["tasks"]

    def keep_tasks(self, alive):
        for task in self.list_tasks():
            id = task["taskArn"].rpartition("/")[2]
            known = self.tasks.get(id)
            if task["desiredStatus"] == "STOPPED":
                if known and known != "gone":
                    self.clear(id, known)
            elif known is None and IMAGE:
                definition = self.ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
                self.tasks[id] = [one["name"] for one in definition["containerDefinitions"]]
                self.essential[id] = [one["name"] for one in definition["containerDefinitions"] if one.get("essential", True)]
                wrong = [self.run_container(id, container, task["overrides"]) for container in definition["containerDefinitions"]]
                if any(wrong):
                    self.ecs.stop_task(
                        cluster=task["clusterArn"], task=task["taskArn"], reason=f"CannotPullContainerError: {'; '.join(filter(None, wrong))}")
            elif known and any(alive.get(f"emulator-{id}-{name}") == "exited" for name in self.essential[id]):
                self.note_exits(id, task, self.essential[id])
                self.ecs.stop_task(
                    cluster=task["clusterArn"], task=task["taskArn"], reason="Essential container in task exited")

    def run_container(self, id, container, overrides):
        """A plain one, but for what its definition asks for. Neighbours share the network, as in a task's own."""
        of_task = next((one for one in overrides.get("containerOverrides", []) if one["name"] == container["name"]), {})
        variables = {one["name"]: one["value"] for one in container.get("environment", []) + of_task.get("environment", [])}
        drop = container.get("linuxParameters", {}).get("capabilities", {}).get("drop", [])
        command = container.get("entryPoint", []) + of_task.get("command", container.get("command", []))
        options = ["--name", f"emulator-{id}-{container['name']}", "--label", LABEL, "--network", "host"]
        options += [part for one in drop for part in ("--cap-drop", one)]
        if container.get("linuxParameters", {}).get("initProcessEnabled"):
            options.append("--init")
        if of_task.get("memory") or container.get("memory"):
            options += ["--memory", f"{of_task.get('memory') or container['memory']}m"]
        options += [part for one in variables for part in ("--env", one)]
        options += [part for mount in MOUNTS for part in ("--volume", f"{mount}:{mount}:ro")]
        for mount in container.get("mountPoints", []):
            ending = ":ro" if mount.get("readOnly") else ""
            options += ["--volume", f"emulator-{id}-{mount['sourceVolume']}:{mount['containerPath']}{ending}"]
        if container.get("readonlyRootFilesystem"):
            options.append("--read-only")
        if container.get("user"):
            options += ["--user", container["user"]]
        if container.get("privileged"):
            options += MACHINE
        begun = subprocess.run(
            ["docker", "run", "--detach", *options, container["image"], *command], capture_output=True, env=os.environ | variables)
        # Docker's code for what it could not begin.
        return begun.stderr.decode().strip() if begun.returncode != 0 else None

    def note_exits(self, id, task, names):
        """moto has no exit codes but 0."""
        record = ecs_backends[ACCOUNT][REGION].tasks[task["clusterArn"].rpartition("/")[2]][task["taskArn"]]
        for name in names:
            code = docker("inspect", "--format", "{{.State.ExitCode}}", f"emulator-{id}-{name}").stdout.decode().strip()
            record.containers[0].exitCode = int(code or 255)
            self.keep_logs(task, name)

    def keep_logs(self, task, name):
        """As the driver awslogs would."""
        definition = self.ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
        logging = next(one for one in definition["containerDefinitions"] if one["name"] == name).get("logConfiguration")
        if not logging:
            return
        id, options = task["taskArn"].rpartition("/")[2], logging["options"]
        printed = docker("logs", f"emulator-{id}-{name}")
        lines = (printed.stdout + printed.stderr).decode("utf-8", "replace").splitlines()[-50:]
        group, stream = options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{name}/{id}"
        now = int(time.time() * 1000)
        self.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        if lines:
            self.logs.put_log_events(
                logGroupName=group, logStreamName=stream,
                logEvents=[{"timestamp": now + at, "message": line or " "} for at, line in enumerate(lines)])

    def clear(self, id, names):
        for name in names:
            docker("rm", "--force", "--volumes", f"emulator-{id}-{name}")
        volumes = docker("volume", "ls", "--quiet", "--filter", f"name=emulator-{id}-").stdout.decode().split()
        if volumes:
            docker("volume", "rm", *volumes)
        self.tasks[id] = "gone"

    def record(self):
        instances = [
            {
                "id": one["InstanceId"], "state": one["State"]["Name"], "type": one["InstanceType"],
                "tags": {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])},
            }
            for one in self.instances() if one["InstanceId"] not in self.clusters
        ]
        tasks = [
            {
                "id": one["taskArn"].rpartition("/")[2], "desired": one["desiredStatus"], "last": one["lastStatus"],
                "tags": {tag["key"]: tag["value"] for tag in one.get("tags", [])},
            }
            for one in self.list_tasks()
        ]
        return {"instances": instances, "tasks": tasks}


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def main():
    gate = Gate()
    server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=Quiet)
    gate.watcher = Watcher(server.port)
    # A task stays as it is until somebody stops it; as a rule moto moves it on with each look.
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 1_000_000})
    threading.Thread(target=gate.watcher.forever, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()


main()
