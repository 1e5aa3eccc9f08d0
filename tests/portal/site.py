"""A real sockets process on its own database, and the operator's site with the widget on it."""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from sqlalchemy import create_engine

from app.core import db
from tests.conftest import ROOT, free_port

PAGE = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>A site</title></head>
<body><h1>A site</h1><script src="{dialtone}/widget/widget.js" data-inbox="{inbox}"
data-language="es" async></script></body></html>"""
# As strict as an operator's own policy can be.
POLICY = (
    "default-src 'none'; script-src {dialtone}; connect-src {dialtone} {live}; img-src blob:; "
    "require-trusted-types-for 'script'"
)


@contextmanager
def real_database(url):
    """The test's own session really commits, to this database."""
    engine = create_engine(url)
    db.session.remove()
    db.factory.configure(bind=engine)
    try:
        yield
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        engine.dispose()


@contextmanager
def sockets_process(database_url, redis_url, folder, port):
    """`python -m app.sockets`, which also answers the widget's HTTP."""
    url = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "tests",
        "PUBLIC_URL": url,
        "SOCKETS_URL": url,
        "SOCKETS_PORT": str(port),
        "UPLOAD_DIR": str(folder),
        "RASA_URL": "",
    }
    process = subprocess.Popen([sys.executable, "-m", "app.sockets"], cwd=ROOT, env=environment)
    try:
        _wait(f"{url}/healthz", process)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait(address, process, seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the sockets process ended"
        try:
            if httpx.get(address, timeout=1, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


@contextmanager
def site_with_widget(dialtone, inbox_key):
    """The address of a plain page that embeds the widget with its one tag."""
    page = PAGE.format(dialtone=dialtone, inbox=inbox_key).encode()
    policy = POLICY.format(dialtone=dialtone, live=dialtone.replace("http", "ws"))

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
