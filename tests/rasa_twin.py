"""A small real server that speaks Rasa's REST protocol, well or badly, as a test says."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RasaTwin(ThreadingHTTPServer):
    """`behaviour` is called with each question and the handler, and answers; `asked` keeps all."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.behaviour = says([{"text": "Hola"}])
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Callers hang up on it; that is what it is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(b"Hello from Rasa: 3.6.21")

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, question))
        self.server.behaviour(question, self)

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def says(answers, *, after=0.0):
    def behave(question, handler):
        time.sleep(after)
        handler.answer(json.dumps(answers).encode())

    return behave


def sends(body, status=200):
    return lambda question, handler: handler.answer(body, status)


def drips(question, handler):
    """A long answer, one byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def hangs(question, handler):
    time.sleep(6)


def hangs_up(question, handler):
    handler.connection.close()


@contextmanager
def rasa_twin():
    server = RasaTwin()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
