"""What stands before moto in aws_emulator.py: passes calls on, refuses those that a test wants refused, and knows what moto
does not: client tokens, filters that exclude each other, what a machine printed."""
import base64
import io
import json
import threading
from urllib.parse import parse_qs

from moto.server import DomainDispatcherApplication, create_backend_app

# What AWS says to a client token that comes again with another request.
MISMATCH = {"RunInstances": "IdempotentParameterMismatch"}
EC2_ERROR = """<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>
<RequestID>0b1a2c3d-0000-4000-8000-000000000000</RequestID></Response>"""
CONSOLE = """<?xml version="1.0" encoding="UTF-8"?>
<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0b1a2c3d-0000-4000-8000-000000000000</requestId>
<instanceId>{id}</instanceId><timestamp>2026-01-01T00:00:00.000Z</timestamp><output>{output}</output></GetConsoleOutputResponse>"""
# docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
STATUS = {
    "AuthFailure": "401 Unauthorized", "UnauthorizedOperation": "403 Forbidden", "InternalError": "500 Internal Server Error",
    "Unavailable": "503 Service Unavailable", "RequestLimitExceeded": "503 Service Unavailable",
    "InsufficientInstanceCapacity": "500 Internal Server Error",
}


class Gate:
    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.faults = []
        self.calls = []
        self.lock = threading.Lock()
        self.starting = threading.Lock()
        # By operation and client token: what was asked, and the answer.
        self.answers = {}
        # Tasks that were started and not stopped, and how many they were at most.
        self.going = set()
        self.most = 0
        self.watcher = None

    def __call__(self, environ, start):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        path = environ["PATH_INFO"]
        if path.startswith("/_test/"):
            return self.test(path, body, start)
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        action = target.rpartition(".")[2] or parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        if environ.get("HTTP_X_TEST") != "watcher":
            fault = self.fault(action, body.decode("utf-8", "replace"))
            after = (fault or {}).get("code", "").removeprefix("after: ")
            if fault and after == fault.get("code"):
                return self.refuse(after, bool(target), start)
            if fault:
                # Carried out, and nobody hears of it.
                self.once(action, body, environ)
                if after:
                    return self.refuse(after, bool(target), start)
                environ["werkzeug.socket"].close()
                raise ConnectionAbortedError("lost")
            if action == "ListTasks" and {"startedBy", "desiredStatus"} <= json.loads(body).keys():
                return self.refuse("InvalidParameterException: startedBy has to be the only filter", True, start)
            if action == "GetConsoleOutput":
                return self.console(parse_qs(body.decode())["InstanceId"][0], start)
            if action in MISMATCH or action == "RunTask":
                status, headers, content = self.once(action, body, environ)
                if status is None:
                    return self.refuse(MISMATCH[action], bool(target), start)
                start(status, headers)
                return [content]
            answer = self.moto(environ, start)
            if action == "StopTask":
                self.going.discard(json.loads(body)["task"])
            return answer
        return self.moto(environ, start)

    def once(self, action, body, environ):
        """What is asked for twice with one client token is carried out once, as AWS does and moto does not; nothing when the
        second asks for something else."""
        token = parse_qs(body.decode()).get("ClientToken", [None])[0] if action in MISMATCH else None
        with self.starting:
            known = self.answers.get((action, token)) if token else None
            if known:
                return known[1] if known[0] == body else (None, None, None)
            head = []
            content = b"".join(self.moto(environ, lambda status, headers, *_: head.extend([status, headers])))
            answer = (head[0], head[1], content)
            if token and head[0].startswith("200"):
                self.answers[action, token] = (body, answer)
            if action == "RunTask" and head[0].startswith("200"):
                self.going |= {task["taskArn"] for task in json.loads(content)["tasks"]}
                self.most = max(self.most, len(self.going))
            return answer

    def console(self, id, start):
        """What the machine printed; moto has a sample for all."""
        output = base64.b64encode(self.watcher.console(id)).decode()
        start("200 OK", [("Content-Type", "text/xml;charset=UTF-8")])
        return [CONSOLE.format(id=id, output=output).encode()]

    def fault(self, action, body):
        with self.lock:
            self.calls.append(action)
            for fault in self.faults:
                if fault["action"] == action and fault.get("where", "") in body and fault["times"] > 0:
                    fault["times"] -= 1
                    return fault
        return None

    def refuse(self, code, is_json, start):
        if code.startswith("no room: "):
            failures = [{"arn": "arn:aws:ecs:::container-instance/1", "reason": code.removeprefix("no room: ")}]
            start("200 OK", [("Content-Type", "application/x-amz-json-1.1")])
            return [json.dumps({"tasks": [], "failures": failures}).encode()]
        code, _, said = code.partition(": ")
        message = said or f"the test says {code}"
        if is_json:
            content = json.dumps({"__type": code, "message": message}).encode()
            start("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
        else:
            content = EC2_ERROR.format(code=code, message=message).encode()
            start(STATUS.get(code, "400 Bad Request"), [("Content-Type", "text/xml;charset=UTF-8")])
        return [content]

    def test(self, path, body, start):
        answer = {}
        match path.removeprefix("/_test/"):
            case "fault":
                with self.lock:
                    self.faults.append({"times": 1} | json.loads(body))
            case "forgive":
                with self.lock:
                    self.faults.clear()
            case "end":
                self.watcher.end(**json.loads(body))
            case "plant":
                self.watcher.plant(json.loads(body))
            case "processes":
                answer = self.watcher.processes()
            case "kill":
                self.watcher.kill(json.loads(body)["what"])
            case "cluster":
                answer = self.watcher.make_cluster(json.loads(body)["name"])
            case "record":
                answer = self.watcher.record() | {"calls": self.calls, "most": self.most}
        content = json.dumps(answer).encode()
        start("200 OK", [("Content-Type", "application/json")])
        return [content]
