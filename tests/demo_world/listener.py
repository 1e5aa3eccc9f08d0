"""The operator's application, as far as providers see it: it keeps every inbox's calls."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from channels.port import Call

VALERIA = "+525512340001"


@dataclass
class Application:
    """Keeps the calls of every inbox, as the application's own hooks do."""

    url: str = ""
    calls: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def heard(self, count):
        with self.news:
            assert self.news.wait_for(lambda: len(self.calls) >= count, timeout=5)
            return list(self.calls)

    def events(self, channel, count):
        """What our adapter makes of so many calls, having checked their signatures."""
        understood = []
        for call in self.heard(count):
            assert channel.admit(call) is None
            understood += channel.read(call)
        return understood


@contextmanager
def listening():
    made = Application()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with made.news:
                made.calls.append(Call("POST", made.url + self.path, headers, body))
                status = made.statuses.pop(0) if made.statuses else 200
                made.news.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
