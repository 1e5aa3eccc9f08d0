"""What the page of a ticket shows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.conversations import access as conversations
from app.core import clock
from app.core.ids import new_id
from app.markets import queries as markets
from app.tickets import access, casework, clock_queries, setup
from app.tickets.clock_queries import Shown
from app.tickets.models import Goal, Level, Priority, Required, Status, Ticket, TicketType
from app.tickets.service import merging, relating
from app.tickets.sla import State
from app.web import htmx
from app.web.login import current_actor
from app.workspace import ticket_fields
from app.workspace.conversations import after_leaving

PAGE = "workspace/tickets/ticket.html"
FRAGMENT = "workspace/tickets/_ticket.html"


def seen(ticket_id: UUID) -> Ticket:
    """Whoever asks may see it. Raises NotFound, Forbidden."""
    return access.ticket_for(current_actor(), ticket_id, "tickets.read")


def show(found: Ticket) -> ResponseReturnValue:
    return htmx.show(PAGE, FRAGMENT, **_shown(found))


def done(found: Ticket) -> ResponseReturnValue:
    """The fragment that asked: the chat's header on the desk, the ticket on its own page."""
    if request.headers.get("HX-Target") == "chat-header" and found.conversation:
        return after_leaving(found.conversation)
    back_to = url_for("workspace.ticket", ticket_id=found.id)
    return htmx.done(FRAGMENT, back_to, **_shown(found))


def resolving(found: Ticket, *, resolution: str = "") -> dict[str, Any]:
    """What the dialog that resolves a ticket asks beside the words, and the words to begin with."""
    return {
        "ticket": found,
        "resolution": resolution,
        "asked": ticket_fields.asked_of(found, only_missing_at=Required.CLOSING),
        "endings": [e for e in setup.statuses(found.type) if e.status is Status.RESOLVED],
        "children": len(casework.open_children(found.id)),
    }


def _shown(found: Ticket) -> dict[str, Any]:
    actor, talk = current_actor(), found.conversation
    may_assign = actor.may("tickets.assign")
    is_workable = actor.may("tickets.accept") and (
        found.assignee_id in {None, actor.id} or may_assign
    )
    g.timezone = markets.market(found.market_code).timezone
    followers = casework.followers_of(found.id)
    times = casework.times_of(found.id)
    clocks = clock_queries.of_ticket(found.id)
    return {
        "ticket": found,
        "conversation": talk if talk and conversations.may_see(actor, talk) else None,
        "may_change": found.assignee_id == actor.id or may_assign,
        "may_order": found.is_open and is_workable,
        "may_undo": is_workable,
        "may_comment": actor.may("tickets.accept"),
        "priorities": list(Priority),
        "types": list(TicketType),
        "levels": list(Level),
        "categories": setup.tree(market_codes=[found.market_code]),
        "statuses": setup.statuses(found.type),
        "asked": ticket_fields.asked_of(found),
        "comments": casework.comments_of(found.id),
        "comment_key": str(new_id()),
        "children": casework.children_of(found.id),
        "links": relating.links_of(found.id),
        "link_kinds": relating.BY_HAND,
        "merges": merging.merges_of(found.id),
        "alike": casework.alike(found.customer_id, found.subject, but=found.id)
        if found.is_open
        else [],
        "times": times,
        "minutes": sum(each.minutes for each in times),
        "followers": followers,
        "follows": any(each.staff_id == actor.id for each in followers),
        "is_late": found.is_open and _is_late(found, clocks),
        "clocks": clocks,
        "steps": clock_queries.steps_of(found.id),
        "trail": audit.latest(object_kind="ticket", object_id=str(found.id)),
    }


def _is_late(found: Ticket, clocks: Iterable[Shown]) -> bool:
    """What was agreed is over, or what was promised: not while that clock stands still."""
    agreed = found.due_at is not None and found.due_at < clock.now()
    return agreed or any(
        each.goal is Goal.RESOLUTION and each.state is State.BREACHED for each in clocks
    )
