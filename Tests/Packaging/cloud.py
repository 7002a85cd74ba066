"""AWS of moto's on loopback, with a proxy before it that adds what moto lacks: tasks of services that really run."""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import threading

from ports import free_port
from world import ROOT, answers, end, run, tied, until

REGION = "us-east-1"


class Cloud:
    def __init__(self, folder: pathlib.Path):
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        # With Amazon's own policies, and certificates that are validated at once.
        self.moto = tied(ROOT / ".venv/bin/moto_server", "-H", "127.0.0.1", "-p", port,
                         env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_ACM_VALIDATION_WAIT": "0"},
                         stdout=open(folder / "moto.log", "w"), stderr=-2)
        until(lambda: answers(f"{self.origin}/moto-api/data.json"), "moto's answer")
        # Changes what describe-services says; set by who carries services out.
        self.services = lambda services: services
        # What ECS refuses: of an operation and what is asked of it.
        self.refuses = lambda operation, asked: False
        # What was asked of ECS, as it came: moto forgets some of it.
        self.asked: list[tuple[str, dict]] = []
        self.proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.endpoint = f"http://127.0.0.1:{self.proxy.server_port}"
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        # Debian's aws reads no AWS_ENDPOINT_URL: what finds `aws` in the PATH goes to moto whichever it is.
        programs = folder / "aws-cli"
        programs.mkdir()
        real = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else shutil.which("aws")
        (programs / "aws").write_text(f'#!/bin/sh\nexec {real} --endpoint-url {self.endpoint} "$@"\n')
        (programs / "aws").chmod(0o755)
        self.environment = {
            **{name: os.environ[name] for name in ("TMPDIR", "HOME") if name in os.environ},
            "PATH": f"{programs}:{os.environ['PATH']}", "AWS_PAGER": "",
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8"}

    def __call__(self, *words, check=True):
        """The aws CLI's answer."""
        done = run("aws", *words, "--output", "json", env=self.environment, check=check)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def close(self):
        self.proxy.shutdown()
        end(self.moto)

    def _handler(cloud):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_expect_100(self):
                self.send_response_only(100)
                self.end_headers()
                return True

            def _pass(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if "ContainerService" in (target := self.headers.get("X-Amz-Target", "")):
                    cloud.asked.append((target.split(".")[-1], json.loads(body or b"{}")))
                    if cloud.refuses(*cloud.asked[-1]):
                        return self._answer(400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(
                            {"__type": "AccessDeniedException", "message": "not allowed by the test"}).encode())
                # As it came: urllib would add a content type, by which moto reads the body otherwise.
                upstream = http.client.HTTPConnection(cloud.origin.removeprefix("http://"), timeout=60)
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in ("expect", "connection"):
                        upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
                upstream.close()
                if self.headers.get("X-Amz-Target", "").endswith(".DescribeServices") and answer.status == 200:
                    said = json.loads(content)
                    said["services"] = cloud.services(said["services"])
                    content = json.dumps(said).encode()
                length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
                self._answer(answer.status, answer.headers, content, length)

            def _answer(self, status, headers, content, length=None):
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(length or len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _pass
        return Handler
