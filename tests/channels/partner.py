"""A provider's API on this machine: keeps what it is asked, and answers what it is told to."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Partner:
    """Answers of `then` in their order, the last one again and again."""

    def __init__(self):
        self.asked, self._answers = [], [(200, b"{}", {})]
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                length = int(self.headers.get("content-length") or 0)
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                partner.asked.append(
                    Asked(self.command, parts.path, parts.query, headers, self.rfile.read(length))
                )
                status, body, more = partner._next()
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        serving = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def then(self, *answers):
        """Each is a JSON body, or (status, body), or (status, body, headers)."""
        self._answers = [_whole(answer) for answer in answers]
        return self

    def _next(self):
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def _whole(answer):
    status, body, *headers = answer if isinstance(answer, tuple) else (200, answer)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, raw, headers[0] if headers else {}
