"""`python -m benchmarks.bare PORT`: Flask-SocketIO on gevent as its documentation has it, with the
same frames as ours and nothing behind them. What the framework alone costs."""

from gevent import monkey

monkey.patch_all()

import resource  # noqa: E402
import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from itertools import count  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from geventwebsocket.handler import WebSocketHandler  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", transports=["websocket"], cors_allowed_origins="*")
conversations: dict[str, str] = {}
numbers = count(1)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@socketio.on("connect", namespace="/chat")
def enter(auth: dict[str, str]) -> None:
    """Here the token is the conversation."""
    conversations[request.sid] = auth["token"]
    join_room(auth["token"])


@socketio.on("disconnect", namespace="/chat")
def leave() -> None:
    conversations.pop(request.sid, None)


@socketio.on("connect", namespace="/desk")
def enter_desk() -> None:
    """Anybody may."""


@socketio.on("open", namespace="/desk")
def open_conversation(data: dict[str, Any]) -> dict[str, Any]:
    join_room(data["conversation_id"])
    return {"messages": [], "last_seq": 0, "more": False}


@socketio.on("say", namespace="/chat")
def say(data: dict[str, Any]) -> dict[str, Any]:
    room = conversations[request.sid]
    message = {
        "id": str(uuid4()),
        "seq": next(numbers),
        "kind": "text",
        "author": {"kind": "customer", "name": "Valeria Soto"},
        "text": data["text"],
        "extra": {},
        "attachments": [],
        "at": datetime.now(UTC).isoformat(),
        "key": data["key"],
    }
    socketio.emit("message", {**message, "conversation_id": room}, namespace="/desk", to=room)
    socketio.emit("message", message, namespace="/chat", to=room)
    return {"seq": message["seq"], "id": message["id"]}


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    address = ("127.0.0.1", int(sys.argv[1]))
    WSGIServer(address, app, handler_class=WebSocketHandler, log=None, backlog=4096).serve_forever()


if __name__ == "__main__":
    main()
