"""A real S3 service for stories: the one of the other tests (Tests/Fixtures/s3/s3_server.py)."""

import pathlib
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

SCRIPT = pathlib.Path(__file__).parent.parent / "Fixtures" / "s3" / "s3_server.py"
KEY, SECRET = "AKIAPROOFBACKTEST123", "kept/Secret+of0the1Tests2never3shown4/5/"


@contextmanager
def service():
    """Its endpoint."""
    process = subprocess.Popen(
        ["/usr/bin/setpriv", "--pdeathsig", "KILL", sys.executable, "-B", str(SCRIPT)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def put(endpoint: str, place: str, content: bytes = b""):
    """An object, or a bucket when the place is its name alone."""
    headers = {"x-test": "yes", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(f"{endpoint}/{place}", data=content, method="PUT", headers=headers)
    urllib.request.urlopen(request).close()
