"""One way to change what a ticket says of itself: the row, the trail and the word go together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit import service as audit
from app.core import bulk, clock, db, events
from app.core.actor import Actor
from app.tickets import setup
from app.tickets.events import TicketChanged
from app.tickets.models import Category, CustomStatus, Ticket
from app.tickets.service import timing

# What its promises depend on.
_TIMED = frozenset({"status", "priority", "type", "topic", "snoozed_until"})
# The trail tells what people call a thing, not its id.
_NAMED: Mapping[str, tuple[str, Any, str]] = {
    "category_id": ("category", Category, "name"),
    "status_id": ("own_status", CustomStatus, "name"),
    "parent_id": ("parent", Ticket, "reference"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a ticket was and is, by column; only of those that differ."""

    ticket: Ticket
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def pairs(self) -> dict[str, tuple[Any, Any]]:
        return {name: (self.before[name], new) for name, new in self.after.items()}


def change(ticket: Ticket, by: Actor, **values: Any) -> bool:
    """Set what differs, in the caller's transaction, which holds the ticket. Whether any did."""
    made = _set(ticket, values)
    if not made.after:
        return False
    if _TIMED & made.after.keys():
        timing.follow(ticket)
    told = [said for name, pair in made.pairs.items() for said in _told(ticket, name, pair)]
    audit.record(by, "ticket.changed", "ticket", ticket.id, **dict(told))
    announce(ticket, by, *made.after)
    return True


def set_all(
    tickets: Sequence[Ticket], values: Callable[[Ticket], Mapping[str, Any]]
) -> list[Change]:
    """Set on each what differs from what it shall have, and keep the clocks in step; the trail and
    the word are the caller's. A constant number of statements."""
    made = [_set(ticket, values(ticket)) for ticket in tickets]
    changes = [each for each in made if each.after]
    timing.follow_all([each.ticket for each in changes if _TIMED & each.after.keys()])
    names = {name for each in changes for name in each.after}
    moved = (each.ticket for each in changes)
    bulk.write_together(moved, *names, "respond_by", "resolve_by", "status_id", "status_since")
    return changes


def _set(ticket: Ticket, wanted: Mapping[str, Any]) -> Change:
    before = {name: getattr(ticket, name) for name in wanted}
    after = {name: new for name, new in wanted.items() if before[name] != new}
    for name, new in after.items():
        setattr(ticket, name, new)
    return Change(ticket, {name: before[name] for name in after}, after)


def announce(ticket: Ticket, by: Actor, *changed: str) -> None:
    events.announce(told_of(ticket, by, changed))


def told_of(ticket: Ticket, by: Actor, changed: Iterable[str]) -> TicketChanged:
    return TicketChanged(
        ticket.id,
        ticket.conversation_id,
        ticket.customer_id,
        ticket.market_code,
        ticket.status.value,
        ticket.priority.value,
        clock.now(),
        tuple(changed),
        ticket.type.value,
        by.id,
    )


def _told(ticket: Ticket, name: str, pair: tuple[Any, Any]) -> list[tuple[str, tuple[Any, Any]]]:
    if name == "fields":
        before, after = pair
        return [
            (each.name, (before.get(key), after.get(key)))
            for each in setup.fields_of(ticket.type)
            if before.get(key := str(each.id)) != after.get(key)
        ]
    if name in _NAMED:
        word, model, attribute = _NAMED[name]
        found = [db.session.get(model, each) if each else None for each in pair]
        before, after = (getattr(each, attribute) if each else None for each in found)
        return [(word, (before, after))]
    return [(name, pair)]
