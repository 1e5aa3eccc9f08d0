"""How one WebSocket connection is held: with little memory, and without waiting to send."""

import socket
from collections.abc import Callable
from typing import Any, TypeVar

import gevent
from gevent.pywsgi import WSGIHandler
from geventwebsocket.handler import WebSocketHandler

# A connection keeps the buffer that its request was read with for as long as it lives. Ten
# thousand silent ones would hold 80 MB in buffers of the usual size.
READ_BUFFER = 1024

T = TypeVar("T")


class ThriftyHandler(WebSocketHandler):
    """gevent-websocket's handler with a small read buffer."""

    def __init__(self, connection: socket.socket, *args: object, **more: object) -> None:
        more.setdefault("rfile", connection.makefile("rb", READ_BUFFER))
        WSGIHandler.__init__(self, connection, *args, **more)


def briefly(work: Callable[[], T]) -> T:
    """Do what needs a deep stack in a greenlet of its own. A connection's greenlet lives as long as
    the connection, and keeps the memory of the deepest call that it ever made."""
    done: T = gevent.spawn(work).get()
    return done


def listen(address: tuple[str, int]) -> socket.socket:
    """A listening socket whose connections send each frame at once, however small: an answer that
    follows an event would otherwise wait 40 ms for the other side's acknowledgement."""
    listener = socket.create_server(address, backlog=4096)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


# What a request context is still built from, should the connection enter another namespace.
_KEPT = (
    "flask.app",
    "REQUEST_METHOD",
    "PATH_INFO",
    "QUERY_STRING",
    "SERVER_NAME",
    "SERVER_PORT",
    "wsgi.url_scheme",
)


def forget_request(environ: dict[str, Any]) -> None:
    """Let go of the headers that a connection came with, once it was let in.

    The origin is among them: whoever asks for another namespace without one is refused there.
    """
    websocket = environ.get("wsgi.websocket")
    kept = {name: environ[name] for name in _KEPT if name in environ}
    environ.clear()
    environ.update(kept)
    if websocket is not None and websocket.environ is not None:
        websocket.environ.clear()
        websocket.handler.headers = ()
