"""Each policy of packaging/ecs/iam allows what is asked of AWS with it, and nothing else."""

import json
import pathlib
import re

from behaviour import behaviour
from definitions import listed
from world import PACKAGING, ROOT

IAM = PACKAGING / "ecs/iam"


def statements(path: pathlib.Path) -> list[dict]:
    return json.loads(path.read_text())["Statement"]


# Actions that AWS offers no narrower resource for (Service Authorization Reference).
WITHOUT_RESOURCE = {
    "ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions",
    "ec2:DescribeInstances",
}


@behaviour("no policy allows an action by a wildcard, or a resource by one where AWS has a narrower", quick=True)
def _(world):
    policies = sorted(IAM.glob("*.json"))
    assert len(policies) >= 5
    for path in policies:
        for statement in statements(path):
            actions = listed(statement["Action"])
            assert statement["Effect"] == "Allow" and not any("*" in action for action in actions), f"{path.name}: {actions}"
            for resource in listed(statement.get("Resource", [])):
                if resource == "*":
                    wide = set(actions) - WITHOUT_RESOURCE
                    assert not wide or "Condition" in statement, f"{path.name}: {wide} on every resource"
            if "iam:PassRole" in actions:
                assert "iam:PassedToService" in json.dumps(statement.get("Condition", {})), path.name


def action(service: str, command: str) -> str:
    """What IAM calls a command of the aws CLI: the operation that botocore makes the command's name of, but for S3's listing."""
    import botocore.session
    prefix = "s3" if service == "s3api" else service
    operations = botocore.session.get_session().get_service_model(prefix).operation_names
    [operation] = [name for name in operations if botocore.xform_name(name, "-") == command]
    return {"s3:ListObjectsV2": "s3:ListBucket"}.get(f"{prefix}:{operation}", f"{prefix}:{operation}")


def asked_by_script(path: pathlib.Path) -> set[str]:
    """`aws SERVICE COMMAND`; in some scripts a function s3 adds an endpoint to s3api."""
    text = re.sub(r"^ *#.*", "", path.read_text(), flags=re.M)
    found = re.findall(r"\baws ([a-z0-9]+) ([a-z0-9]+-[a-z0-9-]+)", text)
    found += [("s3api", command) for command in re.findall(r"\bs3 ([a-z]+-[a-z0-9-]+)", text)]
    return {action(*one) for one in found}


def asked_by_launchers() -> dict[str, set[str]]:
    """By folder: the literals of `ask("SERVICE", "COMMAND", …)`, where a type of one service has its own `ask("COMMAND", …)`."""
    asked: dict[str, set[str]] = {}
    for path in (ROOT / "Sources/ProofbackLaunchers").rglob("*.swift"):
        text = path.read_text()
        wrapped = re.search(r'\bask\(\s*"(\w+)", operation\b', text)
        for words in re.findall(r"(?<!func )\bask\(([^)]*)", text):
            if words.strip().startswith(f'"{wrapped.group(1)}", operation' if wrapped else "\0"):
                continue
            names = re.match(r'\s*(?:"(\w+)",\s*)?"([a-z0-9-]+)"', words)
            assert names and (names.group(1) or wrapped), f"{path.name}: ask({words}"
            asked.setdefault(path.parent.name, set()).add(action(names.group(1) or wrapped.group(1), names.group(2)))
    return asked


# What is asked with another key than the role's, or only by some workplaces: docs/aws.md has the statement to add.
IN_DOCS = {"sts:GetFederationToken", "sts:AssumeRole", "logs:GetLogEvents"}


@behaviour("each policy allows every action that is asked of AWS with it, and no other", quick=True)
def _(world):
    launchers = asked_by_launchers()
    assert set(launchers) == {"AWS", "EC2", "ECS"}, launchers
    documented = (ROOT / "docs/aws.md").read_text()
    needed = {
        # Tags that are given at the start are an action of their own.
        "task-launch-ec2": launchers["EC2"] | {"ec2:CreateTags"},
        "task-launch-ecs": launchers["ECS"] - IN_DOCS | {"ecs:TagResource"},
        "task-state": asked_by_script(PACKAGING / "docker/entry"),
        # The task definition names two roles.
        "deploy": asked_by_script(PACKAGING / "scripts/deploy-ecs") | {"iam:PassRole"},
        # Of ECS's agent: for the log driver awslogs, and to pull from ECR (Amazon ECS task execution IAM role).
        "execution": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "execution-ecr": {"ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
        "trust": {"sts:AssumeRole"}, "trust-instance": {"sts:AssumeRole"},
    }
    assert set(needed) == {path.stem for path in IAM.glob("*.json")}
    for name, asked in needed.items():
        allowed = {one for statement in statements(IAM / f"{name}.json") for one in listed(statement["Action"])}
        assert allowed == asked, f"{name}.json: asked for but not allowed {asked - allowed}, the other way round {allowed - asked}"
    for one in needed["task-launch-ec2"] | needed["task-launch-ecs"] | launchers["AWS"] | (launchers["ECS"] & IN_DOCS):
        assert f'"{one}"' in documented or one in IN_DOCS and f"`{one}`" in documented, f"{one} is not in docs/aws.md"


@behaviour("rotate-key says every right that it needs", quick=True)
def _(world):
    said = " ".join(re.findall("^# (.*)", (PACKAGING / "ecs/rotate-key").read_text(), re.M))
    for one in asked_by_script(PACKAGING / "ecs/rotate-key"):
        assert one in said or re.search(rf"secretsmanager:\w+\b.*\b{one.split(':')[1]}\b", said), f"{one} is not in {said}"
