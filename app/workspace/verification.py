"""Asking the customer of a conversation to prove who she is, and how that stands. Nobody of staff
ever sees the code."""

from typing import Any
from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.conversations import access, proof, queries
from app.conversations.models import Conversation, Verification
from app.conversations.proof import State
from app.conversations.service import proving
from app.core import clock
from app.markets.queries import market
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.chat import may_reply
from app.workspace.customers import panel_of


@bp.get("/desk/conversations/<uuid:conversation_id>/verification")
@staff_with("conversations.read")
def verification(conversation_id: UUID) -> ResponseReturnValue:
    """The section again. When it has become known who she is, the whole panel, which is hers now:
    `customer` is whom the panel shows."""
    found = access.conversation_for(current_actor(), conversation_id, "conversations.read")
    if request.args.get("customer", "") != str(found.customer_id or ""):
        return panel_of(found), {"HX-Retarget": "#customer", "HX-Reswap": "innerHTML"}
    return _section(found)


@bp.post("/desk/conversations/<uuid:conversation_id>/verification")
@staff_with("conversations.reply")
@takes("number")
def ask_to_verify(conversation_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    proving.ask(conversation_id, by=actor, number=request.form.get("number", "")[:40])
    return _section(access.conversation_for(actor, conversation_id, "conversations.read"))


def verification_of(conversation: Conversation) -> dict[str, Any]:
    """What the section shows; it fetches itself again when what it shows ends."""
    standing = proof.standing_of(conversation)
    runs = standing.state in {State.ASKED, State.PROVEN} and standing.until is not None
    left = (standing.until - clock.now()).total_seconds() if runs and standing.until else 0
    sure = conversation.verification is Verification.IDENTITY
    way = None if sure else proof.way_to(conversation)
    return {
        "standing": standing,
        "signed_in": conversation.known_by is Verification.IDENTITY,
        "sure": sure,
        "seconds_left": int(left) + 1 if left > 0 else None,
        "may_ask": not sure and may_reply(current_actor(), conversation),
        "way": way,
    }


def unverified_talk(customer_id: UUID) -> Conversation | None:
    """The agent's own open talk with this customer, as long as it could be somebody else's."""
    talk = queries.open_talk(current_actor().id, customer_id)
    unsure = talk is not None and talk.verification is not Verification.IDENTITY
    return talk if unsure else None


def _section(conversation: Conversation) -> str:
    g.timezone = market(conversation.market_code).timezone
    return render_template("workspace/customers/_verification.html", conversation=conversation)


bp.add_app_template_global(verification_of)
bp.add_app_template_global(unverified_talk)
