"""What the chat widget asks over HTTP: opening, files, rating, language. Its token is a bearer."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.conversations import queries
from app.conversations.errors import OriginNotAllowed, UnknownInbox
from app.conversations.models import Conversation, Inbox, Verification
from app.conversations.presentation import as_message
from app.conversations.service import chat, ownership, speaking
from app.core import i18n
from app.core.secrets import masked_address
from app.messaging.service import left_messages, transcripts
from app.portal import visits
from app.portal.meeting import FIELDS, introduction, meeting
from app.portal.standing import standing
from app.portal.texts import texts
from app.web.input import fields, takes, text
from app.web.limits import limited, network
from app.web.login import open_to_all

LATEST = 50
SECONDS_A_PREFLIGHT_HOLDS = "600"

bp = Blueprint("chat", __name__, url_prefix="/chat")


@bp.after_request
def share_with_sites(response: Response) -> Response:
    """Pages of the inboxes' sites may read our answers; nobody else's may."""
    origin = request.headers.get("Origin")
    response.vary.add("Origin")
    if origin and visits.is_site_of_ours(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Max-Age"] = SECONDS_A_PREFLIGHT_HOLDS
    return response


@bp.get("/inbox/<key>")
@open_to_all
def face(key: str) -> ResponseReturnValue:
    """How the widget looks and speaks before anybody has said a word."""
    inbox = webchat(key)
    _speak(request.args.get("language", ""), inbox.language)
    return jsonify(
        theme=_theme(inbox), language=i18n.language(), texts=texts(), meeting=meeting(inbox)
    )


@bp.post("/session")
@open_to_all
@limited("chat-session", times=120, seconds=60, open_without=True)
@takes("inbox", "identity", "resume", "language", *FIELDS)
def open_session() -> ResponseReturnValue:
    sent = fields()
    wanted = text(sent, "language")
    _speak(wanted, "en")
    opened = chat.open_widget(
        text(sent, "inbox"),
        identity_token=text(sent, "identity") or None,
        resume_token=text(sent, "resume") or None,
        language=wanted,
        origin=request.headers.get("Origin"),
        introduction=introduction(sent),
        network=network(),
    )
    _speak(wanted, opened.conversation.language)
    return jsonify(token=opened.token, **_overview(opened.inbox, opened.conversation))


@bp.post("/left")
@open_to_all
@limited("chat-left", times=10, seconds=60, open_without=True)
@takes("key", "text", *FIELDS)
def leave_message() -> ResponseReturnValue:
    """For a person to answer by mail, where nobody is there now."""
    visit, sent = visits.current(), fields()
    conversation = left_messages.leave(
        visit.conversation_id,
        text(sent, "text"),
        inbox_id=visit.inbox_id,
        introduction=introduction(sent),
        by=visit.actor,
        client_key=text(sent, "key"),
    )
    return jsonify(standing(conversation))


@bp.post("/transcript")
@open_to_all
@limited("chat-transcript", times=10, seconds=60, open_without=True)
@takes("email")
def send_transcript() -> ResponseReturnValue:
    visit, sent = visits.current(), fields()
    address = transcripts.send(visit.conversation_id, by=visit.actor, email=text(sent, "email"))
    return jsonify(address=masked_address(address))


@bp.post("/language")
@open_to_all
@takes("language")
def change_language() -> ResponseReturnValue:
    visit, sent = visits.current(), fields()
    conversation = speaking.speak(visit.conversation_id, sent.get("language"), by=visit.actor)
    i18n.use_language(conversation.language)
    return jsonify(_overview(visits.inbox_of(visit), conversation))


@bp.post("/rating")
@open_to_all
@takes("score", "comment")
def rate() -> ResponseReturnValue:
    visit, sent = visits.current(), fields()
    comment = text(sent, "comment")
    ownership.rate(visit.conversation_id, sent.get("score", 0), comment, by=visit.actor)
    return jsonify({})


@bp.post("/leave")
@open_to_all
@takes()
def leave() -> ResponseReturnValue:
    """End the browser's session; a token of no session is fine."""
    chat.close_widget(visits.bearer())
    return jsonify({})


def webchat(key: str) -> Inbox:
    """The inbox, for its own sites; a page of ours sends no origin for a GET."""
    inbox = None if "\0" in key else queries.inbox_by_key(key)
    if inbox is None or inbox.channel != "webchat" or not inbox.is_on:
        raise UnknownInbox
    origin = request.headers.get("Origin")
    if origin is not None and origin not in inbox.allowed_origins:
        raise OriginNotAllowed
    return inbox


def _speak(wanted: str, otherwise: str) -> None:
    i18n.use_language(wanted if wanted in i18n.LANGUAGES else otherwise)


def _overview(inbox: Inbox, conversation: Conversation) -> dict[str, Any]:
    """All a widget needs to show a conversation."""
    latest = queries.latest_messages(conversation.id, for_staff=False, limit=LATEST)
    return {
        **standing(conversation),
        "conversation_id": str(conversation.id),
        "sockets_url": current_app.config["DIALTONE"].sockets_url,
        "language": i18n.language(),
        "theme": _theme(inbox),
        "meeting": meeting(inbox),
        "customer": _customer(conversation),
        "texts": texts(),
        "messages": [as_message(message, for_staff=False) for message in latest],
        "last_seq": conversation.last_seq,
    }


def _theme(inbox: Inbox) -> dict[str, str]:
    """A title or greeting may be one text, or one a language."""
    shown = {}
    for name in ("accent", "title", "greeting"):
        value = inbox.theme.get(name, "")
        shown[name] = value.get(i18n.language(), "") if isinstance(value, dict) else value
    return shown


def _customer(conversation: Conversation) -> dict[str, str] | None:
    """Nobody is told whom our people take her for."""
    customer = conversation.customer
    if customer is None or conversation.verification is Verification.NONE:
        return None
    return {"first_name": customer.first_name}
