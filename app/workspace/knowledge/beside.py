"""Beside the conversation: what may answer the customer, and putting it into the reply."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.conversations import access as conversations
from app.conversations import queries as talks
from app.conversations.models import Author, Conversation, MessageKind
from app.core.i18n import LANGUAGES, language
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.knowledge.reading import addresses, asked_for, found, wanted_language
from kb import queries, service
from kb.search.port import Hit

# Her latest words say what it is about; the ones before what she came for.
_LATEST = 30
_SAYINGS = 4


@bp.get("/desk/kb/panel")
@staff_with("kb.read")
def kb_panel() -> ResponseReturnValue:
    """Search beside the conversation; `about` is what the conversation is about."""
    asked = asked_for(request.args.get("about", ""))
    return render_template("workspace/kb/_panel.html", **_results(asked))


@bp.get("/desk/kb/panel/results")
@staff_with("kb.read")
def kb_panel_results() -> ResponseReturnValue:
    return render_template("workspace/kb/_panel_results.html", **_results(asked_for()))


@bp.get("/desk/conversations/<uuid:conversation_id>/suggestions")
@staff_with("kb.read")
def suggestions(conversation_id: UUID) -> ResponseReturnValue:
    """Articles that may answer what the customer said last."""
    talk = conversations.conversation_for(current_actor(), conversation_id, "conversations.read")
    hits = _suggested(talk)
    return render_template(
        "workspace/kb/_suggestions.html", conversation=talk, hits=hits, links=addresses(hits)
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/articles/<slug>/used")
@staff_with("kb.read")
@takes("language")
def article_used(conversation_id: UUID, slug: str) -> ResponseReturnValue:
    """The article went into the reply; the browser inserts it by itself."""
    actor = current_actor()
    conversations.conversation_for(actor, conversation_id, "conversations.reply")
    wanted = request.form.get("language", "")
    spoken = wanted if wanted in LANGUAGES else language()
    service.note_use(slug, spoken, conversation_id, by=actor)
    return "", 204


def _results(asked: str) -> dict[str, object]:
    return {
        "asked": asked,
        "hits": found(asked),
        "searched_language": wanted_language(),
        "conversation": request.args.get("conversation", ""),
    }


def _suggested(talk: Conversation) -> list[Hit]:
    latest = talks.latest_messages(talk.id, for_staff=False, limit=_LATEST)
    said = [
        each.body
        for each in reversed(latest)
        if each.author is Author.CUSTOMER and each.kind is MessageKind.TEXT and each.body
    ]
    return queries.suggestions(current_actor(), said[:_SAYINGS], talk.language)
