"""The agents' live connection: conversations they follow, and what they say in them.

Frequent events are registered on the underlying server, without a request context.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from flask_socketio import ConnectionRefusedError as Refused

from app.conversations import access
from app.conversations.models import MessageKind
from app.conversations.service import in_bulk, messages, reading
from app.core import db
from app.core.actor import Actor
from app.core.errors import Forbidden, Refusal
from app.identity import sessions
from app.identity.models import SessionKind
from app.identity.sessions import Rights
from app.web import login
from app.web.answering import answered
from app.web.floods import Flood
from app.web.input import ids, number, one_id, text
from app.web.realtime import (
    BOARD,
    CHAT,
    DESK,
    board_room,
    conversation_room,
    customer_room,
    hang_up,
    keep_watch,
    market_room,
    socketio,
    staff_room,
)
from app.web.replay import replayed
from app.web.websockets import forget_request
from config import Config


@dataclass(slots=True)
class Connection:
    """One open screen of an agent. `following` are the conversations that it follows, each with the
    room of its customer."""

    actor: Actor
    session_id: UUID
    following: dict[str, str | None] = field(default_factory=dict)
    flood: Flood = field(default_factory=Flood)


connections: dict[str, Connection] = {}


def register(config: Config) -> None:
    """Open the namespace in this process."""
    socketio.on_event("connect", _entered(config), namespace=DESK)
    server = socketio.server
    server.on("disconnect", _left, namespace=DESK)
    for name, handle in HANDLERS.items():
        server.on(name, _answering(name, handle), namespace=DESK)
    keep_watch(connections, close_ended)
    keep_watch(connections, leave_hidden)


def _entered(config: Config) -> Callable[..., None]:
    def connect(_auth: Any = None) -> None:
        if request.headers.get("Origin") != config.public_url:
            raise Refused("refused", {"code": "foreign_origin"})
        token = request.cookies.get(login.cookie_name(SessionKind.STAFF), "")
        found = token and sessions.find(SessionKind.STAFF, token, counts_as_activity=False)
        if not found:
            raise Refused("refused", {"code": "sign_in_needed"})
        try:
            actor = login.actor_of(found)
        except Refusal as refusal:
            raise Refused("refused", {"code": refusal.code}) from None
        sid = request.sid  # type: ignore[attr-defined]
        connections[sid] = Connection(actor, found.id)
        for room in _rooms_of(actor):
            socketio.server.enter_room(sid, room, namespace=DESK)
        forget_request(request.environ)

    return connect


def _rooms_of(actor: Actor) -> list[str]:
    rooms = [staff_room(actor.id)]
    if actor.may("tickets.read"):
        rooms += [market_room(code) for code in actor.markets] or [market_room("all")]
    if actor.may("supervision.enter"):
        rooms.append(BOARD)
        rooms += [board_room(code) for code in actor.markets] or [board_room("all")]
    return rooms


def _left(sid: str, *_reason: Any) -> None:
    connection = connections.pop(sid, None)
    for conversation_id in connection.following if connection else ():
        _tell_viewers(conversation_id)


Handler = Callable[[str, Connection, dict[str, Any]], dict[str, Any] | None]


def _answering(name: str, handle: Handler) -> Callable[[str, Any], dict[str, Any] | None]:
    """Run a handler with a session and the agent's language; a refusal is an answer."""

    def answer(sid: str, data: Any = None) -> dict[str, Any] | None:
        connection = connections.get(sid)
        if connection is None:
            return {"error": {"code": "sign_in_needed", "message": ""}}
        sent = data if isinstance(data, dict) else {}
        act = connection.flood.counted(name, partial(handle, sid, connection, sent))
        return answered(act, language=connection.actor.language)

    return answer


def open_conversation(sid: str, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    """Follow one conversation, and get what was said since."""
    found = access.conversation_for(
        connection.actor, one_id(data, "conversation_id"), "conversations.read"
    )
    hers = customer_room(found.customer_id) if found.customer_id else None
    for room in filter(None, (conversation_room(found.id), hers)):
        socketio.server.enter_room(sid, room, namespace=DESK)
    connection.following[str(found.id)] = hers
    _tell_viewers(str(found.id))
    return {
        **replayed(found, number(data, "after"), for_staff=True),
        "viewers": _viewers(str(found.id)),
    }


def close_conversation(sid: str, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    _unfollow(sid, connection, str(one_id(data, "conversation_id")))
    return {}


def say(_sid: str, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    message = messages.say(
        one_id(data, "conversation_id"),
        text(data, "text"),
        by=connection.actor,
        client_key=text(data, "key"),
        kind=MessageKind.NOTE if data.get("note") is True else MessageKind.TEXT,
        attachment_ids=ids(data, "attachments"),
        mentions=ids(data, "mentions"),
        seen=number(data, "seen"),
        anyway=data.get("anyway") is True,
    )
    return {"seq": message.seq, "id": str(message.id)}


def typing(sid: str, connection: Connection, data: dict[str, Any]) -> None:
    """Tell the customer and the other viewers; only in conversations that are followed."""
    conversation_id = str(one_id(data, "conversation_id"))
    if conversation_id not in connection.following:
        raise Forbidden
    told = {"who": "agent", "name": connection.actor.name, "on": data.get("on") is True}
    room = conversation_room(conversation_id)
    socketio.server.emit("typing", told, room=room, namespace=CHAT)
    told_staff = {**told, "conversation_id": conversation_id}
    socketio.server.emit("typing", told_staff, room=room, namespace=DESK, skip_sid=sid)


def read(_sid: str, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    reading.mark_read(one_id(data, "conversation_id"), number(data, "seq"), by=connection.actor)
    return {}


HANDLERS: dict[str, Handler] = {
    "open": open_conversation,
    "close": close_conversation,
    "say": say,
    "typing": typing,
    "read": read,
}


def _unfollow(sid: str, connection: Connection, conversation_id: str) -> None:
    hers = connection.following.pop(conversation_id, None)
    left = [conversation_room(conversation_id)]
    if hers is not None and hers not in connection.following.values():
        left.append(hers)
    for room in left:
        socketio.server.leave_room(sid, room, namespace=DESK)
    _tell_viewers(conversation_id)


def _viewers(conversation_id: str) -> list[str]:
    names = {each.actor.name for each in connections.values() if conversation_id in each.following}
    return sorted(names)


def _tell_viewers(conversation_id: str) -> None:
    told = {"conversation_id": conversation_id, "names": _viewers(conversation_id)}
    socketio.server.emit("viewers", told, room=conversation_room(conversation_id), namespace=DESK)


def close_ended(held: Mapping[str, Connection]) -> None:
    """Of sessions that ended, or whose rights have changed since."""
    with db.session_scope():
        live = sessions.live_staff_sessions({each.session_id for each in held.values()})
    for sid, connection in held.items():
        actor = connection.actor
        if live.get(connection.session_id) != Rights(actor.roles, actor.markets):
            hang_up(sid, DESK)


def leave_hidden(held: Mapping[str, Connection]) -> None:
    """What an agent may see no longer, as when a colleague has accepted it, she no longer hears.

    Only what was followed when it began is looked at: what she opens meanwhile stays open.
    """
    followed = [(sid, UUID(each)) for sid, one in held.items() for each in one.following]
    if not followed:
        return
    with db.session_scope():
        others = access.not_owned({(held[sid].actor.id, talk_id) for sid, talk_id in followed})
        doubtful = [each for each in followed if (held[each[0]].actor.id, each[1]) in others]
        talks = {each.id: each for each in in_bulk.of([talk_id for _, talk_id in doubtful])}
        hidden = [
            (sid, talk_id)
            for sid, talk_id in doubtful
            if talk_id not in talks or not access.may_see(held[sid].actor, talks[talk_id])
        ]
    for sid, talk_id in hidden:
        _unfollow(sid, held[sid], str(talk_id))
