"""A mail server of our own on the loopback: enough SMTP and IMAP for the client to be real."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """What it took, what it shall refuse (by command), and the mails in its INBOX by UID."""

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    secured: int = 0
    password: str = "secret"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 7
    certificate: tuple[str, str] | None = None

    def secure(self, line):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        self.secured += 1
        return context.wrap_socket(line, server_side=True)


class _Twin(socketserver.StreamRequestHandler):
    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Smtp(_Twin):
    def handle(self):
        self.sender, self.receivers = "", []
        self.say("220 twin")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper()
            if verb in self.server.post.refuses:
                self.say(self.server.post.refuses[verb])
            else:
                getattr(self, verb.lower(), self.rset)(line)
            if verb == "QUIT":
                return

    def ehlo(self, _):
        post = self.server.post
        offers = "STARTTLS" if post.certificate and not post.secured else "8BITMIME"
        self.say("250-twin", f"250-{offers}", "250-SMTPUTF8", "250 AUTH PLAIN")

    def starttls(self, _):
        self.say("220 go on")
        self.connection = self.server.post.secure(self.connection)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def auth(self, _):
        self.say("235 ok")

    def mail(self, line):
        self.sender = re.search(rb"<(.*?)>", line)[1].decode()
        self.say("250 ok")

    def rcpt(self, line):
        receiver = re.search(rb"<(.*?)>", line)[1].decode()
        if receiver in self.server.post.gone:
            self.say("550 5.1.1 gone")
            return
        self.receivers.append(receiver)
        self.say("250 ok")

    def data(self, _):
        self.say("354 go on")
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            text += self.rfile.readline()
        self.server.post.taken.append((self.sender, self.receivers, text[:-3]))
        self.say("250 taken")

    def quit(self, _):
        self.say("221 bye")

    def rset(self, _):
        self.say("250 ok")


class _Imap(_Twin):
    def handle(self):
        self.say("* OK twin")
        while line := self.rfile.readline():
            tag, verb, *rest = line.decode().split()
            verb = rest[0] if verb == "UID" else verb
            refusal = getattr(self, verb.lower(), lambda _: None)(rest)
            self.say(f"{tag} {refusal or 'OK done'}")
            if verb == "LOGOUT":
                return

    def login(self, rest):
        wrong = f'"{self.server.post.password}"' not in rest
        return "NO [AUTHENTICATIONFAILED] no" if wrong else None

    def capability(self, _):
        self.say("* CAPABILITY IMAP4rev1")

    def examine(self, _):
        post = self.server.post
        self.say(f"* {len(post.mails)} EXISTS", f"* OK [UIDVALIDITY {post.validity}] x")

    def search(self, rest):
        post = self.server.post
        if rest[1] == "UNSEEN":
            found = set(post.mails) - post.seen
        else:  # "7:*" gives the last one even when that is 6
            first = min(int(rest[2].split(":")[0]), max(post.mails, default=0))
            found = {each for each in post.mails if each >= first}
        self.say("* SEARCH " + " ".join(map(str, sorted(found))))

    def fetch(self, rest):
        mail = self.server.post.mails[int(rest[1])]
        if "RFC822.SIZE" in rest[2]:
            self.say(f"* 1 FETCH (UID {rest[1]} RFC822.SIZE {len(mail)})")
            return
        assert "BODY.PEEK" in rest[2]
        head = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        part = head if "HEADER" in rest[2] else mail
        self.wfile.write(f"* 1 FETCH (UID {rest[1]} BODY[] {{{len(part)}}}\r\n".encode() + part)
        self.say(")")


@contextmanager
def mail_server(post: Post) -> Iterator[str]:
    """Gives the `api_base` of an inbox at it."""
    with _served(_Smtp, post) as smtp, _served(_Imap, post) as imap:
        yield f"smtp://127.0.0.1:{smtp} imap://127.0.0.1:{imap}"


@contextmanager
def _served(handler, post):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads, server.post = True, post
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
