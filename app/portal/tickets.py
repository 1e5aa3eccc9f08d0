"""What a customer has asked us for: how far it is, what happened, and what she answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.audit.models import AuditEntry
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.ids import new_id
from app.portal import bp
from app.portal.me import me
from app.tickets import access, casework, queries, service
from app.tickets.models import SOLVED_STATUSES, Status, Ticket
from app.web.input import takes
from app.web.login import current_actor, customer_with

# What of the trail is hers to know, in her words; who did it is not.
_STEPS: Mapping[str, Any] = {
    "ticket.opened": lazy("We noted it."),
    "ticket.accepted": lazy("A person took it up."),
    "ticket.transferred": lazy("Another person goes on with it."),
    "ticket.requeued": lazy("It waits for a person again."),
    "ticket.resolved": lazy("We solved it."),
    "ticket.reopened": lazy("It was opened again."),
    "ticket.closed": lazy("It was closed."),
    "ticket.unmerged": lazy("It is a request of its own again."),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """A step, or (`body`) what somebody said; `author` is empty for a step."""

    at: datetime
    text: str
    author: str = ""
    body: str = ""
    is_hers: bool = False


@bp.get("/my/tickets")
@customer_with("tickets.read")
def tickets() -> ResponseReturnValue:
    return render_template("portal/tickets/tickets.html", tickets=queries.of_customer(me().id))


@bp.get("/my/tickets/<uuid:ticket_id>")
@customer_with("tickets.read")
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    me()  # times are those of her market
    found = access.ticket_for(current_actor(), ticket_id, "tickets.read")
    return render_template(
        "portal/tickets/ticket.html",
        ticket=found,
        happened=_happened(found),
        key=str(new_id()),
        can_reopen=found.status in SOLVED_STATUSES and not found.merged_into_id,
    )


@bp.post("/my/tickets/<uuid:ticket_id>/reply")
@customer_with("tickets.read")
@takes("body", "key")
def reply_to_ticket(ticket_id: UUID) -> ResponseReturnValue:
    """What she says about one that is solved opens it again."""
    form = request.form
    said = service.comment(
        ticket_id, form.get("body", ""), by=current_actor(), client_key=form.get("key", "")
    )
    return redirect(url_for("portal.ticket", ticket_id=said.ticket_id), 303)


@bp.post("/my/tickets/<uuid:ticket_id>/reopen")
@customer_with("tickets.read")
@takes()
def reopen_ticket(ticket_id: UUID) -> ResponseReturnValue:
    found = service.reopen(ticket_id, by=current_actor())
    return redirect(url_for("portal.ticket", ticket_id=found.id), 303)


def _happened(found: Ticket) -> list[Happened]:
    """Steps and words, in their order; never a note among staff."""
    trail = audit.latest(object_kind="ticket", object_id=str(found.id), size=200)
    steps = [Happened(each.at, text) for each in trail if (text := _step(each))]
    said = [
        Happened(each.at, "", each.author_name, each.body, is_hers=each.author_kind == "customer")
        for each in casework.comments_of(found.id, public_only=True)
    ]
    return sorted([*steps, *said], key=lambda each: each.at)


def _step(entry: AuditEntry) -> str:
    if (say := _BY_DETAIL.get(entry.action)) is not None:
        return say(entry)
    return str(_STEPS.get(entry.action, ""))


def _merged(entry: AuditEntry) -> str:
    into = entry.changes.get("into")
    return _("We put it together with your request %(reference)s.", reference=into) if into else ""


def _changed(entry: AuditEntry) -> str:
    waits = entry.changes.get("status", [None, None])[1] == Status.PENDING
    return _("We wait for your answer.") if waits else ""


_BY_DETAIL: Mapping[str, Callable[[AuditEntry], str]] = {
    "ticket.merged": _merged,
    "ticket.changed": _changed,
}
