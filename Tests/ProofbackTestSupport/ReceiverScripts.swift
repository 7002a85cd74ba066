/// The servers behind `Receiver`. Mail is read by Python's own parser, so that what we write is judged by another's eyes.
enum ReceiverScripts {
  private static let common = """
    import json, os, socket, ssl, sys, time
    folder = sys.argv[1]
    settings = json.load(open(folder + "/settings.json"))

    def write(item):
        line = json.dumps({key: str(value) for key, value in item.items()}) + "\\n"
        file = os.open(folder + "/received", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)

    def context():
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
        return made

    """

  static let mail =
    common + """
      import asyncio, email, email.policy
      from aiosmtpd.controller import Controller
      from aiosmtpd.smtp import AuthResult

      class Handler:
          async def handle_DATA(self, server, session, envelope):
              await asyncio.sleep(settings["delay"])
              mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
              parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
              lines = envelope.original_content.split(b"\\r\\n")
              write({
                  "from": envelope.mail_from, "to": " ".join(envelope.rcpt_tos), "subject": mail["subject"],
                  "headers": "\\n".join(mail.keys()), "type": mail.get_content_type(), "id": mail["message-id"],
                  "auto": mail["auto-submitted"], "date": mail["date"].datetime if mail["date"] else "",
                  "plain": parts["text/plain"].get_content().replace("\\r\\n", "\\n"), "html": parts["text/html"].get_content(),
                  "defects": len(mail.defects) + sum(len(part.defects) for part in parts.values()),
                  "longest": max(len(line) for line in lines), "ascii": envelope.original_content.isascii(),
                  "bare": any(b"\\n" in line or b"\\r" in line for line in lines), "tls": session.ssl is not None or settings["tls"] == "tls",
                  "login": session.auth_data.login.decode() if session.auth_data else "",
              })
              return "250 taken"

      def authenticate(server, session, envelope, mechanism, data):
          login, password = settings["login"]
          fits = data.login == login.encode() and data.password == password.encode()
          return AuthResult(success=fits, auth_data=data) if fits else AuthResult(success=False, handled=False)

      with socket.socket() as probe:
          probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          probe.bind(("127.0.0.1", settings["port"]))
          port = probe.getsockname()[1]
      options = {"hostname": "127.0.0.1", "port": port, "server_hostname": "localhost"}
      if settings["tls"] == "tls": options["ssl_context"] = context()
      if settings["tls"] == "starttls": options.update(tls_context=context(), require_starttls=True)
      if "login" in settings:
          options.update(authenticator=authenticate, auth_required=True, auth_require_tls=settings["tls"] == "starttls")
      Controller(Handler(), **options).start()
      print(port, flush=True)
      while True: time.sleep(3600)

      """

  static let web =
    common + """
      import http.server

      class Handler(http.server.BaseHTTPRequestHandler):
          def answer(self):
              body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
              time.sleep(settings["delay"])
              item = {"method": self.command, "path": self.path, "body": body.decode()}
              item.update({"header " + name.lower(): value for name, value in self.headers.items()})
              write(item)
              self.send_response(settings["status"])
              if settings["location"]: self.send_header("Location", settings["location"])
              self.send_header("Content-Length", "0")
              self.end_headers()
          do_GET = do_POST = answer
          def log_message(self, *arguments): pass

      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      if settings["tls"] == "tls": server.socket = context().wrap_socket(server.socket, server_side=True)
      print(server.server_address[1], flush=True)
      server.serve_forever()

      """
}
