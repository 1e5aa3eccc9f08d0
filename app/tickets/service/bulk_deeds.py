"""What can be done to many tickets at once: each deed says whom it refuses, and does it to all the
others in a constant number of statements, with an entry in the trail for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.models import Status as TalkStatus
from app.conversations.service import in_bulk as talks
from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, NotFound
from app.identity.models import Staff, Team
from app.tickets import access, field_values, setup, tags
from app.tickets.errors import (
    CannotTakeTickets,
    ReasonNeeded,
)
from app.tickets.events import TicketResolved, TicketTransferred
from app.tickets.models import (
    BulkKind,
    Field,
    Priority,
    Required,
    Status,
    Ticket,
    TicketType,
)
from app.tickets.priorities import Matrix, priority_of
from app.tickets.service import merging, resting, sorting
from app.tickets.service.changing import Change, set_all, told_of

_LONGEST_REASON = 200


class Deed(Protocol):
    """`ready` raises what is wrong with it altogether, `check` what is for one ticket; `do` says
    what became otherwise."""

    @property
    def kind(self) -> BulkKind: ...

    @property
    def permission(self) -> str: ...

    def ready(self, by: Actor) -> None: ...

    def check(self, ticket: Ticket, by: Actor) -> None: ...

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]: ...


@dataclass(slots=True)
class Assign:
    """To a colleague, or (None) back to the queue: of a team, where one is named."""

    staff_id: UUID | None = None
    team_id: UUID | None = None
    kind: BulkKind = BulkKind.ASSIGN
    permission: str = "tickets.accept"
    _target: Staff | None = field(default=None, init=False)
    _able: Actor | None = field(default=None, init=False)
    _team: Team | None = field(default=None, init=False)

    def ready(self, by: Actor) -> None:
        if self.staff_id is not None:
            self._target = db.session.get(Staff, self.staff_id)
            if self._target is None:
                raise NotFound
            self._able = self._target.as_actor()
            if self._target.disabled_at is not None or not self._able.may("tickets.accept"):
                raise CannotTakeTickets
        if self.team_id is not None:
            self._team = db.session.get(Team, self.team_id)
            if self._team is None:
                raise NotFound

    def check(self, ticket: Ticket, by: Actor) -> None:
        access.must_own(by, ticket)
        access.must_be_open(ticket)
        if self._able is not None and not self._able.sees_market(ticket.market_code):
            raise CannotTakeTickets

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        changes = set_all(tickets, self._values)
        move_talks([each.ticket for each in changes], self._target, by)
        told: dict[str, Any] = {"team": self._team.name} if self._team else {}
        tell_transferred(changes, self._target, by, **told)
        return changes

    def _values(self, ticket: Ticket) -> dict[str, Any]:
        team = {"team_id": self._team.id} if self._team else {}
        if self._target is None:
            gone = {"snoozed_until": None, "assignee_id": None, "accepted_at": None}
            return {**_standing(ticket, Status.NEW), **gone, **team}
        if ticket.assignee_id == self._target.id:
            return team
        given = {"assignee_id": self._target.id, "accepted_at": clock.now()}
        return {**_standing(ticket, Status.OPEN), "snoozed_until": None, **given, **team}


@dataclass(slots=True)
class Prioritise:
    priority: Priority
    reason: str = ""
    kind: BulkKind = BulkKind.PRIORITY
    permission: str = "tickets.accept"
    _matrix: Matrix = field(default_factory=dict, init=False)

    def ready(self, by: Actor) -> None:
        self.reason = cleaned(self.reason, may_be_empty=True)[:_LONGEST_REASON]
        self._matrix = setup.matrix()

    def check(self, ticket: Ticket, by: Actor) -> None:
        access.must_own(by, ticket)
        access.must_be_open(ticket)
        if self._overrides(ticket) and not self.reason:
            raise ReasonNeeded

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        changes = set_all(
            tickets,
            lambda ticket: {
                "priority": self.priority,
                "priority_reason": self.reason if self._overrides(ticket) else "",
            },
        )
        tell_changed(changes, by)
        return changes

    def _overrides(self, ticket: Ticket) -> bool:
        if ticket.impact is None or ticket.urgency is None:
            return False
        return priority_of(ticket.impact, ticket.urgency, self._matrix) is not self.priority


@dataclass(slots=True)
class Tag:
    word: str
    kind: BulkKind = BulkKind.TAG
    permission: str = "tickets.accept"

    def ready(self, by: Actor) -> None:
        self.word = tags.written(self.word)

    def check(self, ticket: Ticket, by: Actor) -> None:
        """Whoever sees a ticket may."""

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        put = sorting.put_tag([each.id for each in tickets], self.word, by)
        return [Change(each, {}, {"tag": self.word}) for each in tickets if each.id in put]


@dataclass(slots=True)
class Untag:
    word: str
    kind: BulkKind = BulkKind.UNTAG
    permission: str = "tickets.accept"

    def ready(self, by: Actor) -> None:
        self.word = tags.written(self.word)

    def check(self, ticket: Ticket, by: Actor) -> None:
        """Whoever sees a ticket may."""

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        taken = sorting.take_tag([each.id for each in tickets], self.word, by)
        return [Change(each, {"tag": self.word}, {}) for each in tickets if each.id in taken]


@dataclass(slots=True)
class Snooze:
    """Out of sight until then; each wakes earlier when its customer writes."""

    until: datetime
    kind: BulkKind = BulkKind.SNOOZE
    permission: str = "tickets.accept"

    def ready(self, by: Actor) -> None:
        if not clock.now() < self.until <= clock.now() + resting.LONGEST:
            raise Invalid(field="until")

    def check(self, ticket: Ticket, by: Actor) -> None:
        if ticket.assignee_id is not None:
            access.must_own(by, ticket)
        access.must_be_open(ticket)

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        changes = set_all(tickets, lambda _ticket: {"snoozed_until": self.until})
        tell_changed(changes, by)
        of_talks = [e.ticket.conversation_id for e in changes if e.ticket.conversation_id]
        waited = set(talks.await_customers(of_talks))
        for each in changes:
            if each.ticket.conversation_id in waited:
                each.before["awaits_customer"], each.after["awaits_customer"] = False, True
        return changes


@dataclass(slots=True)
class Resolve:
    """Each with its conversations; refused where a field is empty that closing needs."""

    resolution: str
    kind: BulkKind = BulkKind.RESOLVE
    permission: str = "tickets.resolve"
    _fields: dict[TicketType, list[Field]] = field(default_factory=dict, init=False)

    def ready(self, by: Actor) -> None:
        self.resolution = cleaned(self.resolution)
        for each in setup.all_fields():
            self._fields.setdefault(each.type, []).append(each)

    def check(self, ticket: Ticket, by: Actor) -> None:
        access.must_own(by, ticket)
        access.must_be_open(ticket)
        of_type = self._fields.get(ticket.type, [])
        field_values.must_be_filled(of_type, ticket.fields, Required.CLOSING)

    def do(self, tickets: Sequence[Ticket], by: Actor) -> list[Change]:
        ends = merging.talks_of([each.id for each in tickets])
        moment = clock.now()
        changes = set_all(
            tickets,
            lambda ticket: {
                **_standing(ticket, Status.RESOLVED),
                "snoozed_until": None,
                "resolution": self.resolution,
                "resolved_at": moment,
            },
        )
        told = {e.ticket.id: {"status": e.pairs["status"]} for e in changes}
        audit.record_all(by, "ticket.resolved", "ticket", told)
        events.announce_all(
            [
                TicketResolved(
                    each.ticket.id,
                    each.ticket.conversation_id,
                    each.ticket.customer_id,
                    each.ticket.market_code,
                    each.ticket.assignee_id,
                    moment,
                )
                for each in changes
            ]
        )
        for each in changes:
            ended = [talk for talk in ends.get(each.ticket.id, ()) if talk.is_with_person]
            for talk in ended:
                is_hers = talk.assignee_id == by.id or by.may("conversations.assign")
                ownership.resolve(talk.id, by=by if is_hers else SYSTEM)
            each.before["talks"] = [str(talk.id) for talk in ended]
        return changes


def tell_changed(changes: Sequence[Change], by: Actor) -> None:
    audit.record_all(by, "ticket.changed", "ticket", {e.ticket.id: e.pairs for e in changes})
    events.announce_all([told_of(each.ticket, by, each.after) for each in changes])


def tell_transferred(
    changes: Sequence[Change], target: Staff | None, by: Actor, **told: Any
) -> None:
    entries: dict[UUID, Mapping[str, Any]] = {
        e.ticket.id: {"to": e.pairs.get("assignee_id", (e.ticket.assignee_id,) * 2), **told}
        for e in changes
    }
    audit.record_all(by, "ticket.transferred", "ticket", entries)
    events.announce_all(
        [
            TicketTransferred(
                each.ticket.id,
                each.ticket.conversation_id,
                each.ticket.customer_id,
                each.ticket.market_code,
                each.before.get("assignee_id", each.ticket.assignee_id),
                each.ticket.assignee_id,
                target.name if target else "",
                clock.now(),
            )
            for each in changes
        ]
    )


def move_talks(tickets: Sequence[Ticket], target: Staff | None, by: Actor) -> None:
    """Their conversations, and those of what was merged into them, go where they go."""
    found = merging.talks_of([each.id for each in tickets])
    own = {each.conversation_id for each in tickets}
    still = {TalkStatus.WAITING, TalkStatus.OPEN}
    moved = [t.id for of in found.values() for t in of if t.id in own or t.status in still]
    if target is not None:
        talks.assign_all(moved, target, by=by)
    else:
        talks.release_all(moved, by=by)


def _standing(ticket: Ticket, status: Status) -> dict[str, Any]:
    """A name of the operator's goes with the status that it was given in."""
    return {"status": status, "status_id": ticket.status_id if ticket.status is status else None}
