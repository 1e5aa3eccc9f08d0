"""Who can be mentioned in a comment among us: colleagues who may see the ticket."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from app.conversations import mentions
from app.core.actor import Actor
from app.identity.models import Staff
from app.tickets import access
from app.tickets.models import Ticket

MOST = mentions.MOST


def colleagues_of(ticket: Ticket, *, but: Actor) -> list[Staff]:
    """By name, in one statement."""
    return mentions.who(partial(_sees, ticket), but=but)


def those_of(ticket: Ticket, staff_ids: Sequence[UUID], *, but: Actor) -> list[Staff] | None:
    """Those that are named; None when one of them may not see it, or is not there."""
    return mentions.those(staff_ids, partial(_sees, ticket), but=but)


def _sees(ticket: Ticket, actor: Actor) -> bool:
    return actor.may("tickets.read") and access.may_see(actor, ticket)
