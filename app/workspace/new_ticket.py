"""Opening a ticket by hand: for a customer one looks at, or for one that is looked up first."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.assist import service as assist
from app.conversations.cleaning import cleaned
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.customers import access, queries
from app.customers.models import Customer
from app.subscriptions import access as lines
from app.subscriptions import msisdn
from app.subscriptions.queries import lines_of
from app.tickets import casework, service, setup
from app.tickets.models import Level, Priority, TicketType, Topic
from app.web.fields import Choice, choice, choice_field, id_field, id_of, id_or_none
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, ticket_fields
from app.workspace.ticket_fields import ANSWERS

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
        sought=text,
        found=queries.search(actor, text, limit=_PEOPLE) if text else [],
        **_about(actor, request.args.get("customer", "")),
    )


@bp.post("/desk/tickets")
@staff_with("tickets.open")
@takes(
    *("customer_id", "line_id", "subject", "topic", "priority", "description"),
    *("type", "category", "impact", "urgency", *ANSWERS),
    *("suggested_category", "suggested_impact", "suggested_urgency"),
)
def open_ticket() -> ResponseReturnValue:
    """It waits in the queue like any other."""
    actor, form = current_actor(), request.form
    customer = access.customer_for(actor, id_field("customer_id"), "tickets.open")
    ticket = service.open(
        by=actor,
        customer_id=customer.id,
        subject=form.get("subject", ""),
        topic=choice_field("topic", Topic),
        type_=_choice_or_none(TicketType, "type"),
        category_id=id_or_none(form.get("category", ""), field="category"),
        priority=_choice_or_none(Priority, "priority"),
        impact=_choice_or_none(Level, "impact"),
        urgency=_choice_or_none(Level, "urgency"),
        fields=ticket_fields.sent(),
        summary=cleaned(form.get("description", ""), may_be_empty=True),
        context=_line(actor, customer) if form.get("line_id") else None,
    )
    assist.note_opened(ticket, by=actor, **_suggested())
    return told(
        _("The ticket %(reference)s is open.", reference=ticket.reference),
        changed="customer-changed",
    )


@bp.get("/desk/tickets/new/fields")
@staff_with("tickets.open")
def ask_ticket_fields() -> ResponseReturnValue:
    """What tickets of the chosen type have fields for."""
    type_ = choice(TicketType, request.args.get("type", ""), field="type")
    asked = ticket_fields.asked_at_opening(type_)
    return render_template("workspace/tickets/_new_fields.html", asked=asked)


@bp.get("/desk/tickets/new/alike")
@staff_with("tickets.open")
def alike_tickets() -> ResponseReturnValue:
    """What the customer has open that may be the same matter."""
    customer_id = id_of(request.args.get("customer", ""), field="customer")
    customer = access.customer_for(current_actor(), customer_id, "tickets.open")
    subject = request.args.get("subject", "").replace("\0", "")[:200]
    alike = casework.alike(customer.id, subject)
    return render_template("workspace/tickets/_alike.html", alike=alike)


def _suggested() -> dict[str, Any]:
    """What stood in the form beside what was chosen."""
    category_id = id_or_none(request.form.get("suggested_category", ""), field="suggested_category")
    levels = [_choice_or_none(Level, f"suggested_{each}") for each in ("impact", "urgency")]
    return {
        "category_id": category_id,
        "weight": " ".join(each.value for each in levels if each) if all(levels) else "",
    }


def _choice_or_none(kind: type[Choice], name: str) -> Choice | None:
    given = request.form.get(name, "")
    return choice(kind, given, field=name) if given else None


def _about(actor: Actor, given: str) -> dict[str, Any]:
    if not given:
        return {"customer": None}
    customer = access.customer_for(actor, as_id(given), "tickets.open")
    return {
        "customer": customer,
        "lines": [
            (line.id, msisdn.for_people(line.number))
            for line in lines_of(customer.id, limit=_MOST_LINES)
        ],
        "topics": list(Topic),
        "priorities": list(Priority),
        "types": list(TicketType),
        "levels": list(Level),
        "categories": setup.tree(market_codes=[customer.market_code]),
        "asked": ticket_fields.asked_at_opening(TicketType.REQUEST),
    }


def _line(actor: Actor, customer: Customer) -> dict[str, str]:
    """Raises NotFound for a line that is not this customer's."""
    line = lines.line_for(actor, id_field("line_id"))
    if line.customer_id != customer.id:
        raise NotFound
    return {"line_id": str(line.id), "line": msisdn.for_people(line.number)}
