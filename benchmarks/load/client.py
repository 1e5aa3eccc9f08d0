"""One Socket.IO 5 client over one WebSocket, its frames written by hand: ten thousand fit beside
the server."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

Heard = Callable[[str, Any, float], None]


class Refused(Exception):
    """The server would not let us in."""


class Client(WSListener):
    """`heard(event, data, moment)` is called for every event; moments are of time.monotonic."""

    def __init__(self, namespace: str, auth: dict[str, Any], heard: Heard) -> None:
        self.namespace = namespace
        self.heard = heard
        self.entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._prefix = f"{namespace},"
        self._auth = json.dumps(auth)
        self._transport: WSTransport | None = None
        self._next_ack = 0
        self._acks: dict[int, Callable[[Any, float], None]] = {}

    async def enter(self, url: str, headers: dict[str, str], address: str, seconds: float) -> None:
        """Connect from this loopback address: one alone has too few ports for many runs."""
        await ws_connect(
            lambda: self,
            f"{url}/socket.io/?EIO=4&transport=websocket",
            extra_headers=headers,
            websocket_handshake_timeout=seconds,
            socket_factory=lambda _url: _socket_from(address),
            read_buffer_init_size=2048,
        )
        await asyncio.wait_for(self.entered, seconds)

    def emit(self, event: str, data: Any, answered: Callable[[Any, float], None]) -> None:
        number = self._next_ack
        self._next_ack += 1
        self._acks[number] = answered
        self._send(f"42{self._prefix}{number}{json.dumps([event, data])}")

    async def ask(self, event: str, data: Any, seconds: float) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.emit(event, data, lambda given, _moment: answer.set_result(given))
        return await asyncio.wait_for(answer, seconds)

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    @property
    def connected(self) -> bool:
        return self._transport is not None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._transport = None
        if not self.entered.done():
            self.entered.set_exception(Refused("the connection was closed"))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is not WSMsgType.TEXT:
            return
        moment = time.monotonic()
        packet = frame.get_payload_as_utf8_text()
        match packet[0]:
            case "0":
                self._send(f"40{self._prefix}{self._auth}")
            case "2":
                self._send("3")
            case "4":
                self._on_message(packet[1], packet[2:].removeprefix(self._prefix), moment)

    def _on_message(self, kind: str, rest: str, moment: float) -> None:
        match kind:
            case "0":
                self.entered.set_result(None)
            case "4":
                self.entered.set_exception(Refused(rest))
            case "2":
                self.heard(*json.loads(rest), moment)
            case "3":
                number, _, answer = rest.partition("[")
                self._acks.pop(int(number))(json.loads(f"[{answer}")[0], moment)

    def _send(self, packet: str) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, packet.encode())


def _socket_from(address: str) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, 0))
    made.setblocking(False)
    return made
