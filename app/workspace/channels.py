"""By which channel an agent speaks with a customer, and how far her words came."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.conversations import access as conversations
from app.conversations.models import Conversation
from app.core.errors import NotFound
from app.core.ids import new_id
from app.customers import queries as customers
from app.messaging import access
from app.messaging.service import (
    chat_mail,
    identities,
    sending,
    switching,
    templates,
    transcripts,
)
from app.web.fields import id_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.channel_bar import bar_of
from app.workspace.chat import header

_MOST_BLANKS = 9
_VALUES = tuple(f"value{place}" for place in range(1, _MOST_BLANKS + 1))


@bp.get("/desk/conversations/<uuid:conversation_id>/channel")
@staff_with("conversations.read")
def channel_bar(conversation_id: UUID) -> ResponseReturnValue:
    found = _conversation(conversation_id)
    return render_template(
        "workspace/channels/_bar.html", conversation=found, channel=bar_of(found)
    )


@bp.get("/desk/conversations/<uuid:conversation_id>/ways")
@staff_with("conversations.reply")
def ask_way(conversation_id: UUID) -> ResponseReturnValue:
    found = _conversation(conversation_id)
    ways = switching.ways(found)
    return render_template("workspace/channels/_ways.html", conversation=found, ways=ways)


@bp.post("/desk/conversations/<uuid:conversation_id>/ways")
@staff_with("conversations.reply")
@takes("way")
def go_on(conversation_id: UUID) -> ResponseReturnValue:
    way = request.form.get("way", "")
    return header(switching.go_on(conversation_id, way, by=current_actor()))


@bp.get("/desk/conversations/<uuid:conversation_id>/templates")
@staff_with("conversations.reply")
def ask_template(conversation_id: UUID) -> ResponseReturnValue:
    found = _conversation(conversation_id)
    offered = [(each, templates.blanks(each)) for each in templates.approved(found.inbox_id)]
    return render_template(
        "workspace/channels/_templates.html",
        conversation=found,
        offered=[(each, blanks) for each, blanks in offered if blanks <= _MOST_BLANKS],
        key=new_id(),
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/templates")
@staff_with("conversations.reply")
@takes("template", "key", *_VALUES)
def send_template(conversation_id: UUID) -> ResponseReturnValue:
    form = request.form
    switching.send_template(
        conversation_id,
        id_field("template"),
        [form[name] for name in _VALUES if name in form],
        by=current_actor(),
        client_key=form.get("key", ""),
    )
    return header(_conversation(conversation_id))


@bp.get("/desk/conversations/<uuid:conversation_id>/transcript")
@staff_with("conversations.reply")
def ask_transcript(conversation_id: UUID) -> ResponseReturnValue:
    found = _conversation(conversation_id)
    way = chat_mail.way_of(found)
    return render_template(
        "workspace/channels/_transcript.html", conversation=found, address=way[1] if way else ""
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/transcript")
@staff_with("conversations.reply")
@takes()
def send_transcript(conversation_id: UUID) -> ResponseReturnValue:
    transcripts.send(conversation_id, by=current_actor())
    return header(_conversation(conversation_id))


@bp.get("/desk/deliveries/<uuid:delivery_id>")
@staff_with("conversations.reply")
def delivery(delivery_id: UUID) -> ResponseReturnValue:
    """Why it was not delivered, and the ways out."""
    actor = current_actor()
    found = access.delivery_for(actor, delivery_id, "conversations.reply")
    if found.conversation_id is None:
        raise NotFound
    talk = _conversation(found.conversation_id)
    return render_template(
        "workspace/channels/_delivery.html",
        delivery=found,
        why=sending.why(found),
        ways=switching.ways(talk),
    )


@bp.post("/desk/deliveries/<uuid:delivery_id>/again")
@staff_with("conversations.reply")
@takes()
def deliver_again(delivery_id: UUID) -> ResponseReturnValue:
    switching.send_again(delivery_id, by=current_actor())
    return "", 204


@bp.post("/desk/deliveries/<uuid:delivery_id>/elsewhere")
@staff_with("conversations.reply")
@takes("way")
def deliver_elsewhere(delivery_id: UUID) -> ResponseReturnValue:
    switching.send_elsewhere(delivery_id, request.form.get("way", ""), by=current_actor())
    return "", 204


@bp.get("/desk/conversations/<uuid:conversation_id>/whose")
@staff_with("customers.update")
def ask_whose(conversation_id: UUID) -> ResponseReturnValue:
    found = _conversation(conversation_id)
    return render_template(
        "workspace/channels/_whose.html",
        conversation=found,
        candidates=identities.candidates(found),
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/merge")
@staff_with("customers.update")
@takes("reference")
def merge_identity(conversation_id: UUID) -> ResponseReturnValue:
    reference = request.form.get("reference", "").strip().upper()
    customer = customers.by_reference(reference) if reference.isprintable() else None
    if customer is None:
        raise NotFound
    return header(identities.merge(conversation_id, customer.id, by=current_actor()))


@bp.post("/desk/conversations/<uuid:conversation_id>/split")
@staff_with("customers.update")
@takes()
def split_identity(conversation_id: UUID) -> ResponseReturnValue:
    return header(identities.split(conversation_id, by=current_actor()))


def _conversation(conversation_id: UUID) -> Conversation:
    return conversations.conversation_for(current_actor(), conversation_id, "conversations.read")
