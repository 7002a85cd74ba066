"""What can be told from the files alone."""

import json
import pathlib
import re

import yaml

from behaviour import behaviour
from world import PACKAGING, ROOT, compose, run


def scripts() -> list[pathlib.Path]:
    """Every shell script of the repository, by its first line."""
    listed = run("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    found = []
    for name in listed:
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            with open(path, "rb") as file:
                if re.match(rb"#!.*\b(bash|sh)\n", file.readline(100)):
                    found.append(path)
    return found


@behaviour("every shell script passes shellcheck, stops at the first error and at an unset variable", quick=True)
def _(world):
    found = scripts()
    assert any(path.name == "deploy-ecs" for path in found) and len(found) > 15, found
    run("shellcheck", *found)
    lax = [path for path in found
           if path.is_relative_to(PACKAGING) and not re.search(r"^set -eu?(o pipefail)?$|^set -euo pipefail$", path.read_text(), re.M)]
    assert not lax, lax


@behaviour("a script that is called wrongly says how to call it, and ends with 64", quick=True)
def _(world):
    for name in ("build", "test", "image", "push", "deploy-ecs", "registry-of", "repository-of"):
        done = run(PACKAGING / "scripts" / name, "--no-such-option", "x", "y", check=False)
        assert done.returncode == 64 and f"usage: packaging/scripts/{name}" in done.stderr, f"{name}: {done}"
    for name in ("jenkins/dump", "jenkins/prove", "debian/build"):
        words = ["--no-such-option"] if name == "debian/build" else []
        done = run(PACKAGING / name, *words, check=False)
        assert done.returncode == 64 and f"usage: packaging/{name}" in done.stderr, f"{name}: {done}"


@behaviour("systemd finds nothing wrong with the unit, and rates its exposure under 4", quick=True)
def _(world):
    folder = world.new_folder("unit")
    unit = folder / "proofback.service"
    text = (PACKAGING / "systemd/proofback.service").read_text()
    assert "/usr/bin/proofback" in text
    unit.write_text(text.replace("/usr/bin/proofback", world.program))
    done = run("systemd-analyze", "verify", "--man=no", unit, check=False)
    own = [line for line in done.stderr.splitlines() if "proofback" in line]
    assert done.returncode == 0 and not own, done
    rated = run("systemd-analyze", "security", "--offline=true", unit).stdout
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", rated).group(1))
    assert exposure < 4, rated
    documented = re.search(r"exposure of ([0-9.]+)", (ROOT / "docs/operations.md").read_text())
    assert documented and float(documented.group(1)) == exposure, f"docs/operations.md says another figure than {exposure}"


@behaviour("the unit keeps away from what would take the sandbox its namespaces", quick=True)
def _(world):
    text = (PACKAGING / "systemd/proofback.service").read_text()
    for line in ("RestrictNamespaces=", "ProtectKernelTunables=", "ProtectKernelLogs=", "ProtectControlGroups=", "ProtectProc=",
                 "ProcSubset=", "PrivateUsers=", "MemoryDenyWriteExecute="):
        assert not re.search(f"^{line}", text, re.M), line
    for line in ("StateDirectory=proofback", "Delegate=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "Restart=on-failure"):
        assert re.search(f"^{line}$", text, re.M), line


@behaviour("the compose file is whole, says what is not set, and has the state at one path inside and outside", quick=True)
def _(world):
    folder = PACKAGING / "compose"
    (world.folder / "set.env").write_text(
        (folder / "example.env").read_text().replace("PROOFBACK_IMAGE=", "PROOFBACK_IMAGE=proofback/server:1"))
    done = run(compose(), "--env-file", world.folder / "set.env", "-f", folder / "compose.yaml", "config", cwd=world.folder)
    server = yaml.safe_load(done.stdout)["services"]["server"]
    state = server["environment"]["PROOFBACK_STATE"]
    assert any(one["source"] == one["target"] == state and not one.get("read_only") for one in server["volumes"]), server["volumes"]
    assert server["cap_drop"] == ["ALL"] and "no-new-privileges:true" in server["security_opt"]
    settings = {"PROOFBACK_IMAGE": "what packaging/scripts/image server printed", "PROOFBACK_PUBLIC_URL": "the address that people use", "DOCKER_GROUP": "the number of the group of docker.sock"}
    for unset, words in settings.items():
        environment = {"PATH": "/usr/bin:/bin", **{name: "1" for name in settings if name != unset}}
        bare = run(compose(), "-f", folder / "compose.yaml", "config", check=False, cwd=world.folder, env=environment)
        assert bare.returncode != 0 and words in bare.stderr, bare


def listed(value) -> list[str]:
    return [value] if isinstance(value, str) else value


@behaviour("the service is stopped before it is started anew, and the task has no right that it does not use", quick=True)
def _(world):
    service = json.loads((PACKAGING / "ecs/service.json").read_text())
    assert service["deploymentConfiguration"] == {"minimumHealthyPercent": 0, "maximumPercent": 100}
    assert service["desiredCount"] == 1 and service["enableExecuteCommand"] is False
    task = json.loads((PACKAGING / "ecs/task-definition.json").read_text())
    server = task["containerDefinitions"][0]
    assert server["readonlyRootFilesystem"] and server["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert server["user"].split(":")[0] not in ("0", "root") and server["stopTimeout"] == 120
    assert "secrets" not in server and not any("KEY" in one["name"] and "SECRET" not in one["name"] for one in server["environment"])


@behaviour("every setting of the templates stands in the example, and nothing else", quick=True)
def _(world):
    templates = "".join((PACKAGING / "ecs" / name).read_text() for name in ("task-definition.json", "service.json"))
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)\}", templates)) - {"IMAGE", "RELEASE", "TASK_DEFINITION"}
    given = set(re.findall(r"^([A-Z0-9_]+)=", (PACKAGING / "ecs/settings.example").read_text(), re.M))
    assert asked <= given and given - asked <= {"AWS_REGION", "CLUSTER", "SERVICE"}, (asked - given, given - asked)


def workflow_steps() -> list[tuple[str, str]]:
    """What each step of GitHub's runs, and all that it depends on."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]

    def conditions(job: dict) -> str:
        return " ".join([job.get("if", ""), *(conditions(jobs[name]) for name in listed(job.get("needs", [])))])

    return [(step["run"], f"{step.get('if', '')} {conditions(job)}") for job in jobs.values() for step in job["steps"] if "run" in step]


def jenkins_stages() -> list[tuple[str, str]]:
    stages = re.split(r"\n    stage\('.*'\) {", (ROOT / "Jenkinsfile").read_text())[1:]
    return [(stage, " ".join(re.findall(r"^ *when .*", stage, re.M))) for stage in stages]


@behaviour("Jenkins and GitHub call the scripts that are there, on every commit, push and deploy main's alone, and nothing else", quick=True)
def _(world):
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    jenkins = (ROOT / "Jenkinsfile").read_text()
    assert {"push", "pull_request"} <= set(workflow[True]), "YAML reads `on` as true"
    assert not (workflow[True]["push"] or workflow[True]["pull_request"]), "not every branch's"
    for steps in (workflow_steps(), jenkins_stages()):
        called = {name: [when for text, when in steps if re.search(rf"packaging/scripts/{name}(?![a-z-])", text)]
                  for name in re.findall(r"packaging/scripts/([a-z-]+)", "\n".join(text for text, _ in steps))}
        assert {"build", "test", "image", "push", "deploy-ecs", "registry-of"} == set(called), called
        assert all((PACKAGING / "scripts" / name).stat().st_mode & 0o111 for name in called), called
        for name in ("build", "test", "image"):
            assert any(not re.search("main|REGISTRY|vars", when) for when in called[name]), f"{name} is limited: {called[name]}"
        for name in ("push", "deploy-ecs"):
            assert all("main" in when and re.search("TimerTrigger|event_name == 'push'", when) for when in called[name]), called[name]
    example = (PACKAGING / "jenkins/Jenkinsfile").read_text()
    assert "packaging/jenkins/prove" in example and "junit testResults: 'proofback.xml'" in example
    assert jenkins.count("{") == jenkins.count("}") and example.count("{") == example.count("}")


@behaviour("every night Jenkins and GitHub test what takes longer, too", quick=True)
def _(world):
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow[True]["schedule"] and "triggers { cron(" in (ROOT / "Jenkinsfile").read_text()
    for steps, night in ((workflow_steps(), "github.event_name == 'schedule'"), (jenkins_stages(), "triggeredBy 'TimerTrigger'")):
        [when] = [when for text, when in steps if "packaging/scripts/test all" in text]
        assert night in when, when


@behaviour("an image's name leads to the registry that docker would take", quick=True)
def _(world):
    for name, registry in {"team/proofback": "docker.io", "proofback": "docker.io", "localhost/x": "localhost",
                           "127.0.0.1:5000/x/y": "127.0.0.1:5000", "registry.example.org/team/proofback": "registry.example.org"}.items():
        assert run(PACKAGING / "scripts/registry-of", name).stdout.strip() == registry, name


@behaviour("an image's name becomes what its registry takes: two parts on Docker Hub", quick=True)
def _(world):
    for name, taken in {"team/proofback/server:1.2": "team/proofback-server:1.2", "docker.io/team/proofback/worker:1": "docker.io/team/proofback-worker:1",
                        "proofback/server:1": "proofback/server:1", "127.0.0.1:5000/team/proofback/server:1": "127.0.0.1:5000/team/proofback/server:1",
                        "registry.example.org/a/b/c/server:x": "registry.example.org/a/b/c/server:x"}.items():
        assert run(PACKAGING / "scripts/repository-of", name).stdout.strip() == taken, name


@behaviour("every metric that the operations guide watches is one that the server has, with that label", quick=True)
def _(world):
    families = (ROOT / "Sources/ProofbackWeb/API/Metrics.swift").read_text().split("family(")
    watched = re.findall(r"^\| `(proofback_\w+)(?:\{(\w+)=)?", (ROOT / "docs/operations.md").read_text(), re.M)
    assert len(watched) >= 3, watched
    for name, label in watched:
        [family] = [one for one in families if f'"{name}"' in one]
        assert not label or f'("{label}", ' in family, f"{name} {label}"
