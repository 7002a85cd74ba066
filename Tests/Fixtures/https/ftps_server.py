"""An FTP server that speaks TLS on the loopback: ftps_server.py PORT CERTIFICATE KEY FOLDER USER

The password is read from standard input. It refuses what is not encrypted."""
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import FTPServer

port, certificate, key, folder, user = sys.argv[1:]
people = DummyAuthorizer()
people.add_user(user, sys.stdin.readline().rstrip("\n"), folder, perm="elr")


class Handler(TLS_FTPHandler):
    certfile, keyfile, authorizer = certificate, key, people
    tls_control_required = tls_data_required = True
    # As vsftpd: its own answer to this question about what is not there is one that no other server gives.
    proto_cmds = {name: about for name, about in TLS_FTPHandler.proto_cmds.items() if name not in ("MLSD", "MLST")}


FTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
