"""Customers as the agent sees them: finding them, the panel beside a talk, and the whole page."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import views
from app.conversations import access as conversations
from app.conversations import queries as talks
from app.conversations.models import Conversation
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.customers import notices, queries, service
from app.customers.models import Customer
from app.markets.queries import market
from app.payments import queries as payments
from app.subscriptions.queries import transfers_of
from app.tickets import queries as tickets
from app.web import htmx
from app.web.fields import whole
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, doors
from app.workspace.changes import changes_of
from app.workspace.overview import overview_of, some_lines

_ALL_INVOICES = 60
CONTACT = ("email", "phone", "city")


@bp.get("/desk/customers")
@staff_with("customers.read")
def customers() -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    return htmx.show(
        "workspace/customers/customers.html",
        "workspace/customers/_customers.html",
        asked=text,
        found=queries.search(current_actor(), text, limit=50) if text else [],
    )


@bp.get("/desk/customers/<uuid:customer_id>")
@staff_with("customers.read")
def customer(customer_id: UUID) -> ResponseReturnValue:
    actor, found = current_actor(), doors.customer_for(customer_id)
    views.seen(actor, "profile", found.id)
    return render_template(
        "workspace/customers/customer.html",
        overview=overview_of(found, actor, invoices=_ALL_INVOICES),
        conversation=None,
    )


@bp.get("/desk/conversations/<uuid:conversation_id>/customer")
@staff_with("conversations.read")
def customer_panel(conversation_id: UUID) -> ResponseReturnValue:
    """The 360 view beside a conversation; what the bot learnt when nobody is known yet."""
    return panel_of(
        conversations.conversation_for(current_actor(), conversation_id, "conversations.read")
    )


def panel_of(talk: Conversation) -> str:
    actor, overview = current_actor(), None
    g.timezone = market(talk.market_code).timezone
    if talk.customer_id is not None and actor.may("customers.read"):
        found = doors.customer_for(talk.customer_id)
        views.seen(actor, "profile", found.id)
        overview = overview_of(found, actor)
    return render_template("workspace/customers/_panel.html", conversation=talk, overview=overview)


@bp.get("/desk/customers/<uuid:customer_id>/overview")
@staff_with("customers.read")
def customer_overview(customer_id: UUID) -> ResponseReturnValue:
    """The same again after a change; `conversation` is the talk beside it, if there is one."""
    actor, found = current_actor(), doors.customer_for(customer_id)
    return render_template(
        "workspace/customers/_overview.html",
        overview=overview_of(found, actor),
        conversation=_talk(request.args.get("conversation"), found, actor),
    )


@bp.get("/desk/customers/<uuid:customer_id>/lines")
@staff_with("customers.read")
def customer_lines(customer_id: UUID) -> ResponseReturnValue:
    """The next lines of somebody who has many."""
    actor, found = current_actor(), doors.customer_for(customer_id)
    lines, next_line = some_lines(found, actor, start=_start())
    return render_template(
        "workspace/lines/_lines.html", lines=lines, next_line=next_line, customer=found
    )


def _start() -> int:
    return whole(request.args.get("start", "0"), field="start", digits=6)


@bp.get("/desk/customers/<uuid:customer_id>/history")
@staff_with("customers.read")
def customer_history(customer_id: UUID) -> ResponseReturnValue:
    """Payments, tickets and talks; asked for once the panel stands."""
    actor, found = current_actor(), doors.customer_for(customer_id)
    views.seen(actor, "payments", found.id)
    return render_template(
        "workspace/customers/_history.html",
        payments=payments.payments_of(found.id, limit=10) if actor.may("payments.read") else [],
        tickets=tickets.of_customer(found.id, limit=20) if actor.may("tickets.read") else [],
        customer=found,
        transfers=transfers_of([each.id for each in queries.accounts_of_all([found.id])]),
        episodes=talks.timeline(found.id, limit=20),
        notices=notices.notices_of(found.id, limit=10),
        notice_subject=notices.subject_of,
        notice_text=notices.text_of,
    )


@bp.get("/desk/customers/<uuid:customer_id>/changes")
@staff_with("customers.read")
def customer_changes(customer_id: UUID) -> ResponseReturnValue:
    """What was done to the customer and her lines, by whom."""
    found = doors.customer_for(customer_id)
    return render_template("workspace/customers/_changes.html", changes=changes_of(found))


@bp.get("/desk/customers/<uuid:customer_id>/contact")
@staff_with("customers.update")
def ask_contact(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id)
    return render_template("workspace/customers/_contact.html", customer=customer)


@bp.post("/desk/customers/<uuid:customer_id>/contact")
@staff_with("customers.update")
@takes(*CONTACT)
def change_contact(customer_id: UUID) -> ResponseReturnValue:
    given = {name: request.form[name] for name in CONTACT if name in request.form}
    service.change_contact(customer_id, by=current_actor(), **given)
    return told(_("The contact details are saved."), changed="customer-changed")


def _talk(text: str | None, customer: Customer, actor: Actor) -> Conversation | None:
    """Raises NotFound for a conversation that is not this customer's."""
    if not text:
        return None
    found = conversations.conversation_for(actor, as_id(text), "conversations.read")
    if found.customer_id != customer.id:
        raise NotFound
    return found
