"""A web server over TLS on the loopback, for tests: files of this machine, and every fault that a web server can have.

Called with a file of certificate and key and the folder that it serves; prints its port. The first part of a path is how
the file behind it is served (`/plain/…`, `/cut/…`); what is not told apart here is served as it should be.
"""

import base64
import email.utils
import hashlib
import os
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

LOGIN = base64.b64encode(b"backup:kept:Secret+of0the1Tests").decode()
TOKEN = "kept.Token-of_the~Tests0123456789"
CUT = 300_000
asked = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(405)

    def do_GET(self):
        _, way, rest = (unquote(self.path.partition("?")[0]) + "//").split("/", 2)
        self.way, self.file = way, self.server.folder + "/" + rest.rstrip("/")
        asked[self.path] = asked.get(self.path, 0) + 1
        faults = {
            "basic": lambda: self.needs("Basic " + LOGIN), "bearer": lambda: self.needs("Bearer " + TOKEN),
            "hop": lambda: self.lead("/plain/" + quote(rest.rstrip("/")) + "?X-Signature=of-this-alone"),
            "hop-relative": lambda: self.lead("../plain/x/../" + quote(rest.rstrip("/"))),
            "hop-http": lambda: self.lead("http://127.0.0.1/x"), "hop-circle": lambda: self.lead(self.path),
            "hop-file": lambda: self.lead("file:///etc/passwd"),
            "hop-local": lambda: self.lead(f"https://127.0.0.2:{self.server.server_port}/plain/{rest}"),
            "hop-metadata": lambda: self.lead("https://169.254.169.254/latest/meta-data/"),
            "hop-login": lambda: self.lead("/page/login"),
            "page": lambda: self.answer(200, b"<html>Please log in", {"Content-Type": "text/html; charset=utf-8"}),
        }
        if way.startswith("status-"):
            self.answer(int(way[7:]))
        elif way == "busy-once" and asked[self.path] == 1:
            self.answer(503)
        elif way in faults:
            faults[way]()
        elif not os.path.isfile(self.file):
            self.answer(404, b"<html>nothing here", {"Content-Type": "text/html"})
        else:
            self.give()

    def needs(self, wanted):
        if self.headers.get("Authorization") == wanted:
            self.give()
        else:
            self.answer(401, b"", {"WWW-Authenticate": 'Basic realm="backups"'})

    def lead(self, place):
        self.answer(302, b"", {"Location": place})

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give(self):
        with open(self.file, "rb") as file:
            content = file.read()
        status = os.stat(self.file)
        tag = f'"{status.st_mtime_ns:x}-{len(content):x}"'
        if self.way == "cut-changed" and "Range" in self.headers and self.headers["Range"] != "bytes=0-0":
            tag, content = '"another"', bytes(reversed(content))
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        if self.way not in ("cut-untold",):
            headers["Last-Modified"] = email.utils.formatdate(status.st_mtime, usegmt=True)
        if self.way not in ("cut-dated", "cut-untold"):
            headers["ETag"] = tag
        headers.update(self.digests(content))
        start = self.start(tag, headers.get("Last-Modified"), len(content))
        if start is None:
            whole, first = content, 0
            self.send_response(200)
        elif not content:
            return self.answer(416, b"", {"Content-Range": "bytes */0"})
        else:
            first, last = start
            whole = content[first : last + 1]
            self.send_response(206)
            headers["Content-Range"] = f"bytes {first}-{first + len(whole) - 1}/{len(content)}"
        for name, value in headers.items():
            self.send_header(name, value)
        if self.way == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(whole), 65536):
                piece = whole[at : at + 65536]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.send(whole, first)

    def send(self, whole, first):
        cuts = self.way.startswith("cut") and len(whole) > CUT
        if cuts and not (self.way == "cut-once" and first > 0):
            self.wfile.write(whole[:CUT])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
        elif self.way == "stall" and len(whole) > CUT:
            self.wfile.write(whole[:CUT] if first == 0 else b"")
            self.wfile.flush()
            time.sleep(60)
        else:
            self.wfile.write(whole)

    def start(self, tag, modified, size):
        """First and last byte that are asked for; none: all of it."""
        wanted, bound = self.headers.get("Range"), self.headers.get("If-Range")
        if not wanted or self.way in ("norange", "cut-norange") or (bound and bound not in (tag, modified)):
            return None
        first, last = wanted.removeprefix("bytes=").split("-")
        return int(first), int(last) if last else size - 1

    def digests(self, content):
        def coded(name, data=content):
            return base64.b64encode(hashlib.new(name, data).digest()).decode()

        return {
            "digest": lambda: {"Repr-Digest": f"sha-256=:{coded('sha256')}:"},
            "digest-wrong": lambda: {"Repr-Digest": f"sha-256=:{coded('sha256', b'other')}:, md5=:{coded('md5')}:"},
            "digest-old": lambda: {"Digest": f"SHA-256={coded('sha256', b'other')}"},
            "digest-md5": lambda: {"Content-MD5": coded("md5", b"other")},
            "digest-amz": lambda: {"x-amz-checksum-sha256": coded("sha256", b"other")},
            "digest-parts": lambda: {"x-amz-checksum-sha256": coded("sha256", b"other") + "-3"},
            "digest-hex": lambda: {"X-Checksum-Sha1": hashlib.sha1(b"other").hexdigest()},
            "cut-digest": lambda: {"Repr-Digest": f"sha-512=:{coded('sha512')}:"},
        }.get(self.way, dict)()


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.folder = sys.argv[2]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
