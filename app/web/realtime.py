"""The Socket.IO server: served by the sockets process, only written to by all others.

Events that come often are registered on the underlying python-socketio server: they run without
a request context, which costs more than the work itself.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from flask_socketio import SocketIO
from socketio import RedisManager

from app.core.aside import Aside
from app.web.redis import impatient
from config import Config

log = structlog.get_logger(__name__)

SECONDS_BETWEEN_CHECKS = 5.0
# A frame larger than this is no chat message.
LARGEST_FRAME = 1024 * 1024
CHANNEL = "flask-socketio"
socketio = SocketIO()


class Manager(RedisManager):
    """Delivers to this process's sockets at once, and tells other processes aside, many events
    in one go: whoever says something does not wait for Redis."""

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(url, channel=CHANNEL, write_only=write_only)
        self._connection = impatient(url)
        self._unpublished = Aside(self._publish_all)

    def _publish(self, data: dict[str, Any]) -> None:
        self._unpublished.add(data)

    def _publish_all(self, events: list[dict[str, Any]]) -> None:
        with self._connection.pipeline(transaction=False) as steps:
            for event in events:
                steps.publish(self.channel, self.json.dumps(event))
            steps.execute()


def serve(app: Flask, config: Config) -> None:
    """Become the process that holds the sockets. WebSocket only: no sticky sessions needed.

    Origins are checked where a namespace is entered: the desk's and the widgets' differ.
    """
    socketio.init_app(
        app,
        async_mode="gevent",
        client_manager=Manager(config.redis_url),
        transports=["websocket"],
        cors_allowed_origins="*",
        max_http_buffer_size=LARGEST_FRAME,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
    )


def write_only(config: Config) -> None:
    """Emit from a process that holds no sockets: pages, the worker, a shell."""
    manager = Manager(config.redis_url, write_only=True)
    socketio.init_app(None, client_manager=manager)


def keep_watch(close_ended: Callable[[], None]) -> None:
    """Every few seconds close the connections of sessions that ended, whoever ended them."""

    def watch() -> None:
        while True:
            socketio.sleep(SECONDS_BETWEEN_CHECKS)
            try:
                close_ended()
            except Exception:
                log.exception("session_watch_failed")

    socketio.start_background_task(watch)


def hang_up(sid: str, namespace: str) -> None:
    """Tell a screen that its session is over, and cut it off."""
    socketio.server.emit("signed_out", {}, room=sid, namespace=namespace)
    socketio.server.disconnect(sid, namespace=namespace)


def conversation_room(conversation_id: UUID | str) -> str:
    return f"conversation:{conversation_id}"


def customer_room(customer_id: UUID | str) -> str:
    return f"customer:{customer_id}"


def market_room(code: str) -> str:
    """Whoever may see the queue of a market; `all` is for those who see every market."""
    return f"market:{code}"
