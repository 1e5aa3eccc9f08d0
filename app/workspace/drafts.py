"""What agents have begun to write, kept as they type."""

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from app.conversations.models import Draft, DraftKind
from app.conversations.service import drafts
from app.web.fields import choice
from app.web.input import fields, takes, text
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/conversations/<uuid:conversation_id>/drafts")
@staff_with("conversations.read")
def show_drafts(conversation_id: UUID) -> ResponseReturnValue:
    found = drafts.drafts_of(conversation_id, by=current_actor())
    own = {kind.value: _shown(each) for kind, each in found.own.items()}
    return jsonify(own=own, shared=[_shown(each) for each in found.shared])


@bp.post("/desk/conversations/<uuid:conversation_id>/drafts")
@staff_with("conversations.reply")
@takes("kind", "text", "shared")
def keep_draft(conversation_id: UUID) -> ResponseReturnValue:
    sent = fields()
    kind = choice(DraftKind, text(sent, "kind"), field="kind")
    is_shared = sent.get("shared") is True
    actor, words = current_actor(), text(sent, "text")
    kept = drafts.keep(conversation_id, kind, words, by=actor, shared=is_shared)
    return jsonify(at=kept.updated_at.isoformat() if kept else None)


@bp.post("/desk/drafts/<uuid:draft_id>/take")
@staff_with("conversations.reply")
@takes()
def take_draft(draft_id: UUID) -> ResponseReturnValue:
    return jsonify(_shown(drafts.take_over(draft_id, by=current_actor())))


def _shown(draft: Draft) -> dict[str, object]:
    return {
        "id": str(draft.id),
        "kind": draft.kind.value,
        "text": draft.body,
        "shared": draft.shared,
        "name": draft.staff.name,
        "at": draft.updated_at.isoformat(),
        "take_url": url_for("workspace.take_draft", draft_id=draft.id),
    }
