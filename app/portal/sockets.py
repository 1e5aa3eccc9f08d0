"""The widgets' live connection: a customer's words, and what she has missed.

Every event is registered on the underlying server, without a request context.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask_socketio import ConnectionRefusedError as Refused

from app.conversations import access
from app.conversations.service import messages, reading
from app.conversations.service.chat import Visit
from app.core import db, i18n
from app.core.errors import Refusal
from app.core.secrets import token_hash
from app.portal import visits
from app.portal.standing import replayed
from app.web.answering import answered
from app.web.floods import Flood
from app.web.input import ids, number
from app.web.realtime import CHAT, DESK, conversation_room, hang_up, keep_watch, socketio
from app.web.websockets import briefly, forget_request
from config import Config


@dataclass(slots=True)
class Connection:
    """One open widget."""

    visit: Visit
    token_hash: str
    flood: Flood = field(default_factory=Flood)


connections: dict[str, Connection] = {}


def register(_config: Config) -> None:
    """Open the namespace in this process."""
    server = socketio.server
    server.on("connect", enter, namespace=CHAT)
    server.on("disconnect", leave, namespace=CHAT)
    for name, handle in HANDLERS.items():
        server.on(name, _answering(name, handle), namespace=CHAT)
    keep_watch(connections, close_ended)


def enter(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    """Let in who holds a good token, on a site of its inbox. A missing origin is no browser's."""
    token = auth.get("token") if isinstance(auth, dict) else None
    if not isinstance(token, str):
        raise Refused("refused", {"code": "sign_in_needed"})
    visit = briefly(partial(_visit, token, environ.get("HTTP_ORIGIN", "")))
    if isinstance(visit, Refusal):
        raise Refused("refused", {"code": visit.code})
    connections[sid] = Connection(visit, token_hash(token))
    socketio.server.enter_room(sid, conversation_room(visit.conversation_id), namespace=CHAT)
    forget_request(environ)


def _visit(token: str, origin: str) -> Visit | Refusal:
    with db.session_scope():
        try:
            return visits.visit(token, origin)
        except Refusal as refusal:
            return refusal


def leave(sid: str, *_reason: Any) -> None:
    connections.pop(sid, None)


Handler = Callable[[Connection, dict[str, Any]], dict[str, Any] | None]


def _answering(name: str, handle: Handler) -> Callable[[str, Any], dict[str, Any] | None]:
    """Run a handler with a session and the customer's language; a refusal is an answer."""

    def answer(sid: str, data: Any = None) -> dict[str, Any] | None:
        connection = connections.get(sid)
        if connection is None:
            return {"error": {"code": "sign_in_needed", "message": ""}}
        sent = data if isinstance(data, dict) else {}
        act = connection.flood.counted(name, partial(handle, connection, sent))
        return answered(act, language=connection.visit.actor.language)

    return answer


def say(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    payload = data.get("payload")
    message = messages.say(
        connection.visit.conversation_id,
        data.get("text", ""),
        by=connection.visit.actor,
        client_key=data.get("key", ""),
        extra=None if payload is None else {"payload": payload},
        attachment_ids=ids(data, "attachments"),
    )
    return {"seq": message.seq, "id": str(message.id)}


def replay(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    visit = connection.visit
    conversation = access.conversation_for(visit.actor, visit.conversation_id, "conversations.read")
    i18n.use_language(conversation.language)
    return replayed(conversation, number(data, "after"))


def typing(connection: Connection, data: dict[str, Any]) -> None:
    visit = connection.visit
    told = {"who": "customer", "name": visit.actor.name, "on": data.get("on") is True}
    told["conversation_id"] = str(visit.conversation_id)
    room = conversation_room(visit.conversation_id)
    socketio.server.emit("typing", told, room=room, namespace=DESK)


def read(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    visit = connection.visit
    reading.mark_read(visit.conversation_id, number(data, "seq"), by=visit.actor)
    return {}


HANDLERS: dict[str, Handler] = {"say": say, "replay": replay, "typing": typing, "read": read}


def close_ended(held: Mapping[str, Connection]) -> None:
    """Of sessions that ended, whoever ended them."""
    with db.session_scope():
        live = visits.live({each.token_hash for each in held.values()})
    for sid, connection in held.items():
        if connection.token_hash not in live:
            hang_up(sid, CHAT)
