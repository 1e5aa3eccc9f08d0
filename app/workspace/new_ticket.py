"""Opening a ticket by hand: for a customer one looks at, or for one that is looked up first."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.conversations.cleaning import cleaned
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.customers import access, queries
from app.customers.models import Customer
from app.subscriptions import access as lines
from app.subscriptions import msisdn
from app.subscriptions.queries import lines_of
from app.tickets import service
from app.tickets.models import Priority, Topic
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.answers import told

# A company may have thousands; who means another one writes its number down.
_MOST_LINES = 100
_PEOPLE = 8


@bp.get("/desk/tickets/new")
@staff_with("tickets.open")
def ask_ticket() -> ResponseReturnValue:
    """The dialog; without a customer it begins by looking one up."""
    actor = current_actor()
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    return render_template(
        "workspace/tickets/_new.html",
        asked=text,
        found=queries.search(actor, text, limit=_PEOPLE) if text else [],
        **_about(actor, request.args.get("customer", "")),
    )


@bp.post("/desk/tickets")
@staff_with("tickets.open")
@takes("customer_id", "line_id", "subject", "topic", "priority", "description")
def open_ticket() -> ResponseReturnValue:
    """It waits in the queue like any other."""
    actor, form = current_actor(), request.form
    customer = access.customer_for(actor, _id("customer_id"), "tickets.open")
    ticket = service.open(
        by=actor,
        customer_id=customer.id,
        subject=form.get("subject", ""),
        topic=_one(Topic, "topic"),
        priority=_one(Priority, "priority"),
        summary=cleaned(form.get("description", ""), may_be_empty=True),
        context=_line(actor, customer) if form.get("line_id") else None,
    )
    return told(
        _("The ticket %(reference)s is open.", reference=ticket.reference),
        changed="customer-changed",
    )


def _about(actor: Actor, given: str) -> dict[str, Any]:
    if not given:
        return {"customer": None}
    try:
        customer = access.customer_for(actor, UUID(given), "tickets.open")
    except ValueError:
        raise NotFound from None
    return {
        "customer": customer,
        "lines": [
            (line.id, msisdn.for_people(line.number))
            for line in lines_of(customer.id, limit=_MOST_LINES)
        ],
        "topics": list(Topic),
        "priorities": list(Priority),
    }


def _line(actor: Actor, customer: Customer) -> dict[str, str]:
    """Raises NotFound for a line that is not this customer's."""
    line = lines.line_for(actor, _id("line_id"))
    if line.customer_id != customer.id:
        raise NotFound
    return {"line_id": str(line.id), "line": msisdn.for_people(line.number)}


def _id(field: str) -> UUID:
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        raise Invalid(field=field) from None


def _one(kind: Any, field: str) -> Any:
    try:
        return kind(request.form.get(field, ""))
    except ValueError:
        raise Invalid(field=field) from None
