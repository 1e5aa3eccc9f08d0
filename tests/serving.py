"""What listens on a port of this machine, for as long as a test looks at it."""

import threading
from contextlib import contextmanager

from werkzeug.serving import make_server


@contextmanager
def serving(app, port=0):
    """Yields the application's address; port 0 is any that is free."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    with kept_up(server):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def kept_up(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
