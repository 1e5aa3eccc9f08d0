"""The Socket.IO server: served by the sockets process, only written to by all others.

Events that come often are registered on the underlying python-socketio server: they run without
a request context, which costs more than the work itself.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

import structlog
from flask import Flask
from flask_socketio import SocketIO
from redis import RedisError
from socketio import RedisManager, Server
from socketio.packet import ACK, CONNECT, DISCONNECT, EVENT, Packet

from app.core.aside import Aside
from app.web.redis import impatient
from config import Config

log = structlog.get_logger(__name__)

# Who came when a round had begun waits for the next: a session's end is seen within two.
SECONDS_BETWEEN_CHECKS = 2.5
LOOKED_AT_ONCE = 250
# A frame larger than this is no chat message.
LARGEST_FRAME = 1024 * 1024
CHANNEL = "flask-socketio"
# The namespaces of customers and of staff.
CHAT, DESK = "/chat", "/desk"
SECONDS_BETWEEN_TRIES = 1.0
# Nobody acts on it: it finds out whether Redis is back.
PROBE = {"method": "probe"}
# Whoever may see the live board.
BOARD = "board"
_UNDERSTOOD = {CONNECT, DISCONNECT, EVENT, ACK}
socketio = SocketIO()

C = TypeVar("C")


class Manager(RedisManager):
    """Delivers to this process's sockets at once, and tells other processes aside, many events
    in one go: whoever says something does not wait for Redis.

    What could not be told, or was told while nobody listened, is lost. Then all screens are told so
    (`missed`), and ask for it as they do when they come back.
    """

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(url, channel=CHANNEL, write_only=write_only)
        self._connection = impatient(url)
        self._has_lost = False
        self._unpublished = Aside(self._publish_all)

    def _publish(self, data: dict[str, Any]) -> None:
        self._unpublished.add(data)

    def _publish_all(self, events: list[dict[str, Any]]) -> None:
        try:
            with self._connection.pipeline(transaction=False) as steps:
                for event in events:
                    steps.publish(self.channel, self.json.dumps(event))
                steps.execute()
        except RedisError:
            self._has_lost = True
            time.sleep(SECONDS_BETWEEN_TRIES)
            self._unpublished.add(PROBE)
            raise
        if self._has_lost:
            self._has_lost = False
            self._tell_missed()

    def _listen(self) -> Iterator[bytes]:
        was_away = False
        while True:
            try:
                heard = impatient(self.redis_url, listens=True).pubsub()  # type: ignore[no-untyped-call]
                heard.subscribe(self.channel)
                if was_away:
                    self._tell_missed()
                yield from (each["data"] for each in heard.listen() if each["type"] == "message")
            except RedisError as error:
                log.warning("nothing_heard", error=str(error))
                was_away = True
                time.sleep(SECONDS_BETWEEN_TRIES)

    def _tell_missed(self) -> None:
        for namespace in (CHAT, DESK):
            self.emit("missed", {}, namespace=namespace)


class Words(Packet):
    """Text alone: of bytes that are announced, all would be kept until the last came. What cannot
    be read is an event of no name, which nobody hears and no log tells of."""

    def decode(self, encoded_packet: str) -> int:
        if self._is_nothing(encoded_packet):
            self.packet_type, self.namespace, self.data = EVENT, None, None
        return 0

    def _is_nothing(self, encoded_packet: str) -> bool:
        try:
            following = super().decode(encoded_packet)
        except (ValueError, TypeError, RecursionError):
            return True
        return bool(following) or self.packet_type not in _UNDERSTOOD


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
        serializer=Words,
    )
    _hear_only_events(socketio.server)


def _hear_only_events(server: Server) -> None:
    """What comes by the name of the server's own events would take a socket out of our sight and
    leave it in its rooms. What is no event has no hearer, and no event of ours takes more than one
    thing."""
    heard = server._handle_event  # noqa: SLF001 - nothing public sees every event

    def hear(sid: str, namespace: str | None, number: int | None, data: Any) -> None:
        named = data[0] if isinstance(data, list) and data else None
        if isinstance(named, str) and named not in server.reserved_events:
            heard(sid, namespace, number, data[:2])

    server._handle_event = hear  # noqa: SLF001


def write_only(config: Config) -> None:
    """Emit from a process that holds no sockets: pages, the worker, a shell."""
    manager = Manager(config.redis_url, write_only=True)
    socketio.init_app(None, client_manager=manager)


def keep_watch(held: Mapping[str, C], look: Callable[[Mapping[str, C]], None]) -> None:
    """Look at all connections of this process every few seconds, whatever happened elsewhere. Some
    at a time: while thousands are looked at, nobody's message moves."""

    def watch() -> None:
        while True:
            sids = list(held)
            starts = range(0, max(len(sids), 1), LOOKED_AT_ONCE)
            for part in (sids[at : at + LOOKED_AT_ONCE] for at in starts):
                if some := {sid: held[sid] for sid in part if sid in held}:
                    _try(look, some)
                socketio.sleep(SECONDS_BETWEEN_CHECKS / len(starts))

    socketio.start_background_task(watch)


def _try(look: Callable[[Mapping[str, C]], None], some: Mapping[str, C]) -> None:
    try:
        look(some)
    except Exception:
        log.exception("session_watch_failed")


def hang_up(sid: str, namespace: str) -> None:
    """Tell a screen that its session is over, and cut it off."""
    socketio.server.emit("signed_out", {}, room=sid, namespace=namespace)
    socketio.server.disconnect(sid, namespace=namespace)


def conversation_room(conversation_id: UUID | str) -> str:
    return f"conversation:{conversation_id}"


def staff_room(staff_id: UUID | str) -> str:
    return f"staff:{staff_id}"


def customer_room(customer_id: UUID | str) -> str:
    return f"customer:{customer_id}"


def market_room(code: str) -> str:
    """Whoever may see the queue of a market; `all` is for those who see every market."""
    return f"market:{code}"


def board_room(code: str) -> str:
    """Whoever may see the live board of a market; `all` is for those who see every market."""
    return f"board:{code}"
