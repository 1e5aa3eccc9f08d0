"""The Socket.IO server: served by the sockets process, only written to by all others.

Events that come often are registered on the underlying python-socketio server: they run without
a request context, which costs more than the work itself.
"""

from queue import Queue
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from flask_socketio import SocketIO
from redis import Redis, RedisError
from socketio import RedisManager

from config import Config

# A frame larger than this is no chat message.
LARGEST_FRAME = 1024 * 1024
CHANNEL = "flask-socketio"
IMPATIENT = {"socket_timeout": 2, "socket_connect_timeout": 1}
# When Redis is away that long, other processes' screens fetch again anyway.
MOST_UNPUBLISHED = 10_000

log = structlog.get_logger(__name__)
socketio = SocketIO()


class Manager(RedisManager):
    """Delivers to this process's sockets at once, and tells other processes from a task of its
    own, many events in one go: whoever says something does not wait for Redis."""

    def initialize(self) -> None:
        super().initialize()
        self._unpublished: Queue[dict[str, Any]] = Queue(MOST_UNPUBLISHED)
        self.server.start_background_task(self._publish_all)

    def _publish(self, data: dict[str, Any]) -> None:
        if self._unpublished.full():
            self._unpublished.get_nowait()
        self._unpublished.put_nowait(data)

    def _publish_all(self) -> None:
        redis = Redis.from_url(self.redis_url, **IMPATIENT)
        while True:
            first = self._unpublished.get()
            with redis.pipeline(transaction=False) as steps:
                steps.publish(self.channel, self.json.dumps(first))
                for _ in range(self._unpublished.qsize()):
                    steps.publish(self.channel, self.json.dumps(self._unpublished.get_nowait()))
                try:
                    steps.execute()
                except RedisError as error:
                    log.warning("publishing_failed", error=str(error))


def serve(app: Flask, config: Config) -> None:
    """Become the process that holds the sockets. WebSocket only: no sticky sessions needed.

    Origins are checked where a namespace is entered: the desk's and the widgets' differ.
    """
    socketio.init_app(
        app,
        async_mode="gevent",
        client_manager=Manager(config.redis_url, channel=CHANNEL),
        transports=["websocket"],
        cors_allowed_origins="*",
        max_http_buffer_size=LARGEST_FRAME,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
    )


def write_only(config: Config) -> None:
    """Emit from a process that holds no sockets: pages, the worker, a shell."""
    manager = RedisManager(
        config.redis_url,
        channel=CHANNEL,
        write_only=True,
        redis_options=IMPATIENT,
    )
    socketio.init_app(None, client_manager=manager)


def conversation_room(conversation_id: UUID | str) -> str:
    return f"conversation:{conversation_id}"


def customer_room(customer_id: UUID | str) -> str:
    return f"customer:{customer_id}"


def market_room(code: str) -> str:
    """Whoever may see the queue of a market; `all` is for those who see every market."""
    return f"market:{code}"
