"""Articles that the widget offers while somebody writes, before a person is asked."""

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.conversations.models import Inbox
from app.core import i18n
from app.core.actor import Actor
from app.portal import visits
from app.portal.chat import bp, webchat
from app.portal.help.place import reader_in
from app.web.input import fields, takes, text
from app.web.limits import limited
from app.web.login import open_to_all
from kb import queries, service
from kb.models import Place

_MOST = 3


@bp.post("/answers")
@open_to_all
@limited("chat-answers", times=120, seconds=60, open_without=True)
@takes("inbox", "q", "language")
def answers() -> ResponseReturnValue:
    sent = fields()
    inbox = webchat(text(sent, "inbox"))
    language = _language(text(sent, "language"), inbox)
    hits = queries.suggestions(_reader(inbox), [text(sent, "q")], language, limit=_MOST)
    base = f"{current_app.config['DIALTONE'].public_url}/help/{inbox.market_code.lower()}"
    return jsonify(
        answers=[
            {"title": hit.title, "summary": hit.summary, "url": f"{base}/{hit.language}/{hit.slug}"}
            for hit in hits
        ]
    )


@bp.post("/answers/met")
@open_to_all
@limited("chat-answers-met", times=60, seconds=60, open_without=True)
@takes("inbox", "q", "language", "opened")
def answers_met() -> Response:
    """What she asked in the end, and whether she opened one of the answers instead."""
    sent = fields()
    inbox = webchat(text(sent, "inbox"))
    language = _language(text(sent, "language"), inbox)
    asked = text(sent, "q")
    found = len(queries.suggestions(_reader(inbox), [asked], language, limit=_MOST))
    service.note_search(
        asked,
        language,
        place=Place.WIDGET,
        found=found,
        market=inbox.market_code,
        opened=sent.get("opened") is True,
    )
    return jsonify({})


def _reader(inbox: Inbox) -> Actor:
    """A customer whom the widget knows finds what is for customers, in her own market."""
    known: Actor | None = None
    if visits.bearer():
        actor = visits.visit(visits.bearer(), request.headers.get("Origin")).actor
        known = actor if actor.is_customer else None
    return reader_in(inbox.market_code, known)


def _language(wanted: str, inbox: Inbox) -> str:
    i18n.use_language(wanted if wanted in i18n.LANGUAGES else inbox.language)
    return i18n.language()
