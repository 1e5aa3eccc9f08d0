"""The operator's site with the widget on it."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.conftest import free_port

PAGE = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>A site</title></head>
<body><h1>A site</h1><script src="{dialtone}/widget/widget.js" data-inbox="{inbox}"
data-language="es" async></script></body></html>"""
# As strict as an operator's own policy can be.
POLICY = (
    "default-src 'none'; script-src {dialtone}; connect-src {dialtone} {live}; img-src blob:; "
    "require-trusted-types-for 'script'"
)


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
