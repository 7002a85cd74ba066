"""An S3 service on the loopback for tests: moto's, behind a gate that checks every signature as botocore makes them.

    s3_server.py [CERTIFICATE_AND_KEY.pem]     prints its port, and serves until it is killed

Its one key is KEY and SECRET. A request with the header `x-test: yes` is let in without; with `x-test-time: SECONDS`
(since 1970) what it puts is from then. `POST /_test/many?bucket=b&prefix=p&count=n` puts n small objects. What moto does not do is done by
names: buckets that begin with `fault-` answer with errors as AWS documents them, in those that begin with
`unlisted-` what is not there is forbidden; objects below `cut/`, `cut-once/` and
`stall/` break off after 300,000 bytes. It is an STS as well: keys that it makes may do what their policy says, and no more;
a role whose name is `an-hour` gives none for longer.
"""

import io
import json
import re
import socket
import ssl
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from session_policy import allows
from werkzeug.serving import WSGIRequestHandler, make_server

KEY, SECRET = "AKIAPROOFBACKTEST123", "kept/Secret+of0the1Tests2never3shown4/5/"
LIMITED = "AKIAPROOFBACKLIMITED"  # knows the same secret and may read nothing
ACCOUNT = "123456789012"
BREAK_AFTER = 300_000


def backend():
    return s3_backends[ACCOUNT]["aws"]


# --- the gate -------------------------------------------------------------------------------------------------------------


class Stamped(S3SigV4Auth):
    """botocore's own, for the time that the request says."""

    def _modify_request_before_signing(self, request):
        pass


def refusal(environ, target):
    """The error that the signature earns, or None."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    if not header.startswith("AWS4-HMAC-SHA256 "):
        return "AccessDenied", "Access Denied"
    fields = dict(part.strip().split("=", 1) for part in header.split(" ", 1)[1].split(","))
    key, _, region, service, _ = fields["Credential"].split("/")
    session = sessions.get(key)
    if session is None and key not in (KEY, LIMITED):
        return "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
    token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
    if token == "ended":
        return "ExpiredToken", "The provided token has expired."
    if token and "x-amz-security-token" not in fields["SignedHeaders"].split(";"):
        return "InvalidToken", "The provided token is malformed or otherwise invalid."
    stamp = environ.get("HTTP_X_AMZ_DATE", "")
    signed = fields["SignedHeaders"].split(";")
    if "x-amz-content-sha256" not in signed or "host" not in signed:
        return "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(datetime.now(timezone.utc) - at) > timedelta(minutes=15):
        return "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."
    headers = {}
    for name in signed:
        headers[name] = environ.get("HTTP_" + name.upper().replace("-", "_"), "")
    url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{target}"
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, headers=headers)
    request.context["timestamp"] = stamp
    if session and token != session["token"]:
        return "InvalidToken", "The provided token is malformed or otherwise invalid."
    auth = Stamped(Credentials(KEY, session["secret"] if session else SECRET), service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    if auth.signature(text, request) != fields["Signature"]:
        return "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
    if key == LIMITED or session and not allows(session["policy"], environ["REQUEST_METHOD"], target):
        return "AccessDenied", "Access Denied"
    return None


# --- keys for a session ---------------------------------------------------------------------------------------------------

sessions = {}


def make_session(moto, environ, start):
    """STS, as moto has it; what came of it is remembered."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    asked = parse_qs(body.decode())
    scope = re.search(r"Credential=([^/]+)/[^/]+/[^/]+/(\w+)/", environ.get("HTTP_AUTHORIZATION", ""))
    if not scope or scope[1] != KEY or scope[2] != "sts" or asked["Action"] == ["GetFederationToken"] and refusing["federation"]:
        start("403 Forbidden", [("Content-Type", "text/xml")])
        return [b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: "
                b"sts:GetFederationToken</Message></Error><RequestId>x</RequestId></ErrorResponse>"]
    if asked.get("RoleArn", [""])[0].endswith("/an-hour") and int(asked["DurationSeconds"][0]) > 3600:
        start("400 Bad Request", [("Content-Type", "text/xml")])
        return [b"<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>The requested DurationSeconds exceeds "
                b"the MaxSessionDuration set for this role.</Message></Error><RequestId>x</RequestId></ErrorResponse>"]
    answer = b"".join(moto(environ, start))
    found = {name: re.search(f"<{name}>([^<]+)</{name}>", answer.decode()) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    if all(found.values()):
        sessions[found["AccessKeyId"][1]] = {
            "secret": found["SecretAccessKey"][1], "token": found["SessionToken"][1],
            "policy": json.loads(asked["Policy"][0]), "asked": {name: one[0] for name, one in asked.items()},
        }
    return [answer]


refusing = {"federation": False}


def error(start, status, code, message, more="", headers=()):
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>{more}'
        "<RequestId>4442587FB7D0A2F9</RequestId><HostId>x</HostId></Error>"
    ).encode()
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body))), *headers])
    return [body]


# --- what moto does not do ------------------------------------------------------------------------------------------------

LISTING = '<?xml version="1.0"?>{head}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{body}</ListBucketResult>'
ITEM = "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>5</Size></Contents>"


def xml(start, text):
    start("200 OK", [("Content-Type", "application/xml")])
    return [text.encode()]


def endless():
    yield b'<?xml version="1.0"?><ListBucketResult>'
    while True:
        yield b"<Contents><Key>" + b"a" * 60_000 + b"</Key></Contents>"


def fault(bucket, key, query, start):
    token = query.get("continuation-token", ["0"])[0]
    match bucket:
        case "fault-skew":
            return error(
                start, "403 Forbidden", "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                "<ServerTime>2009-01-01T00:00:00Z</ServerTime>")
        case "fault-region":
            return error(
                start, "301 Moved Permanently", "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint.",
                "<Endpoint>s3.eu-west-3.amazonaws.com</Endpoint>", [("x-amz-bucket-region", "eu-west-3")])
        case "fault-header":
            return error(
                start, "400 Bad Request", "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'",
                "<Region>eu-west-3</Region>")
        case "fault-busy":
            return error(start, "503 Slow Down", "SlowDown", "Please reduce your request rate.")
        case "fault-expired":
            return error(start, "400 Bad Request", "ExpiredToken", "The provided token has expired.")
        case "fault-html":
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<html><body><p>Welcome to nginx!<br></body></html>"]
        case "fault-huge":
            start("200 OK", [("Content-Type", "application/xml")])
            return endless()
        case "fault-entities":
            laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
            head = f'<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/hostname">{laughs}]>'
            return xml(start, LISTING.format(head=head, body=ITEM.format(key="&l9;&f;")))
        case "fault-names" if key:
            return error(start, "404 Not Found", "NoSuchKey", "The specified key does not exist.")
        case "fault-names":
            body = "<EncodingType>url</EncodingType>" + ITEM.format(key="a%1B%5D0;title%07%E2%80%AE%0A..%2F%00.sql")
            return xml(start, LISTING.format(head="", body=body))
        case "fault-circle":
            body = "<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>"
            return xml(start, LISTING.format(head="", body=body))
        case "fault-endless":
            number = int(token) + 1
            body = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{number}</NextContinuationToken>"
            return xml(start, LISTING.format(head="", body=body))
        case "fault-speech":
            return error(
                start, "403 Forbidden", "Access\x1b[31mDenied\u202e", "\x1b]0;title\x07planted <script>alert(1)</script>")
    return None


broken = set()


def breaking(key, environ, body):
    """The body, cut or stalled as its name says. What goes on with a `cut/` one brings nothing."""
    once = key.startswith("cut-once/")
    if not (once or key.startswith(("cut/", "stall/"))):
        return body
    goes_on = not environ.get("HTTP_RANGE", "bytes=0-").startswith("bytes=0-")
    return breaking_off(key, once, 0 if goes_on else BREAK_AFTER, environ["werkzeug.socket"], body)


def breaking_off(key, once, limit, connection, body):
    passed = 0
    for piece in body:
        for at in range(0, len(piece), 65536):
            part = piece[at:at + 65536]
            if passed + len(part) > limit and not (once and key in broken):
                broken.add(key)
                if key.startswith("stall/"):
                    time.sleep(120)
                connection.shutdown(socket.SHUT_RDWR)
                raise ConnectionAbortedError("as the name says")
            passed += len(part)
            yield part


class Gate:
    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start):
        target = environ["REQUEST_URI"]
        path, _, text = target.partition("?")
        query = parse_qs(text, keep_blank_values=True)
        _, bucket, key = (unquote(path).split("/", 2) + ["", ""])[:3]
        if path == "/_test/sessions":
            content = json.dumps([one["asked"] for one in sessions.values()]).encode()
            start("200 OK", [("Content-Type", "application/json")])
            return [content]
        if path == "/_test/refuse":
            refusing["federation"] = True
            start("204 No Content", [])
            return []
        if path == "/" and environ["REQUEST_METHOD"] == "POST":
            return make_session(self.moto, environ, start)
        if bucket == "_test":
            for number in range(int(query["count"][0])):
                backend().put_object(query["bucket"][0], f"{query['prefix'][0]}{number:06}", b"x")
            start("204 No Content", [])
            return []
        trusted = environ.get("HTTP_X_TEST") == "yes"
        if not trusted:
            if answer := fault(bucket, key, query, start):
                return answer
            if refused := refusal(environ, target):
                status = "400 Bad Request" if refused[0] == "InvalidRequest" else "403 Forbidden"
                return error(start, status, *refused)
            # Of a bucket that the key may not list it is not said what is missing.
            if bucket.startswith("unlisted-") and backend().get_object(bucket, key) is None:
                return error(start, "403 Forbidden", "AccessDenied", "Access Denied")
        else:
            # What comes without a signature is anybody's to moto, who may not put an object in another's place.
            environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/s3/aws4_request"
        body = self.moto(environ, start)
        if trusted:
            if stamp := environ.get("HTTP_X_TEST_TIME"):
                at = datetime.fromtimestamp(int(stamp), timezone.utc)
                backend().get_object(bucket, key).last_modified = at.replace(tzinfo=None, microsecond=0)
            return body
        return breaking(key, environ, body)


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def main():
    context = None
    if len(sys.argv) > 1:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
    server = make_server("127.0.0.1", 0, Gate(), threaded=True, request_handler=Quiet, ssl_context=context)
    print(server.port, flush=True)
    server.serve_forever()


main()
