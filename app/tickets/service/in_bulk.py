"""One thing done to many tickets, and taken back.

All or nothing where it is wrong altogether, or names what one must not know of; a single ticket
that it cannot be done to is told, and the others go on. For a while whoever did it may undo it:
each ticket gets back just what was changed, unless somebody has changed that meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.conversations.cleaning import checked_key
from app.conversations.models import Status as TalkStatus
from app.conversations.service import in_bulk as talks
from app.conversations.service import ownership
from app.core import bulk, clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Invalid, NotFound, Refusal
from app.core.i18n import lazy
from app.core.ids import new_id
from app.identity.models import Staff
from app.tickets import access
from app.tickets.errors import AlreadyUndone, TooLateToUndo, TooManyAtOnce
from app.tickets.events import TicketReopened
from app.tickets.models import BulkAct, BulkItem, BulkKind, Priority, Status, Ticket
from app.tickets.service import bulk_deeds, sorting
from app.tickets.service.bulk_deeds import Deed
from app.tickets.service.changing import Change, set_all

MOST = 500
UNDO_WITHIN = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
_READ: Mapping[str, Any] = {
    "status": Status,
    "priority": Priority,
    "assignee_id": UUID,
    "team_id": UUID,
    "status_id": UUID,
    "snoozed_until": datetime.fromisoformat,
    "accepted_at": datetime.fromisoformat,
    "resolved_at": datetime.fromisoformat,
}
_CHANGED_MEANWHILE = lazy("Somebody has changed it meanwhile.")
# Kept beside the columns of the ticket.
_BESIDE = frozenset({"tag", "talks", "awaits_customer"})


@dataclass(frozen=True, slots=True)
class Left:
    """A ticket that it was not done to, and why in words."""

    ticket_id: UUID
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """`changed` tickets are otherwise now; `same` were so before; `left` were refused."""

    act: BulkAct
    changed: int
    same: int
    left: Sequence[Left]

    @property
    def undo_until(self) -> datetime:
        return self.act.at + UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class Undone:
    """`restored` are as they were; `left` were changed by somebody meanwhile."""

    act: BulkAct
    restored: int
    left: Sequence[Left]


def act(ticket_ids: Iterable[UUID], deed: Deed, *, by: Actor, client_key: str) -> Done:
    """The same `client_key` is the same act. Raises NotFound, and does nothing, for a ticket that
    this actor must not know of; TooManyAtOnce above `MOST`."""
    wanted = sorted(set(ticket_ids))
    if not wanted:
        raise Invalid(field="ticket")
    if len(wanted) > MOST:
        raise TooManyAtOnce(MOST)
    by.must(deed.permission)
    key = checked_key(client_key)
    with db.transaction():
        tickets = _held(wanted, by)
        known = _known(by, key)  # once they are held: of two at the same instant one goes first
        if known is not None:
            return _as_it_was(known)
        deed.ready(by)
        fit, left = _sorted(tickets, deed, by)
        changes = deed.do(fit, by) if fit else []
        made = _noted(deed, by, key)
        _remember(made, changes, left)
    return Done(made, len(changes), len(fit) - len(changes), left)


def undo(act_id: UUID, *, by: Actor) -> Undone:
    """What she did herself. Raises NotFound, TooLateToUndo, AlreadyUndone."""
    with db.transaction():
        made = db.session.get(BulkAct, act_id, with_for_update=True, populate_existing=True)
        if made is None or made.staff_id != by.id:
            raise NotFound
        if made.undone_at is not None:
            raise AlreadyUndone
        if clock.now() > made.at + UNDO_WITHIN:
            raise TooLateToUndo
        items = {each.ticket_id: each for each in _items(made.id) if not each.refused}
        tickets = [each for each in _held(sorted(items), by) if _is_as_left(each, items[each.id])]
        restored = _restore(made.kind, tickets, items, by)
        made.undone_at = clock.now()
        why = str(_CHANGED_MEANWHILE)
        left = [
            Left(each.ticket_id, each.reference, why)
            for each in items.values()
            if each.ticket_id not in restored
        ]
    return Undone(made, len(restored), left)


def forget_old(*, by: Actor) -> int:
    """What can no longer be undone. Returns how many acts."""
    by.must("tickets.configure")
    with db.transaction():
        statement = delete(BulkAct).where(BulkAct.at < clock.now() - KEPT_FOR)
        return len(db.session.scalars(statement.returning(BulkAct.id)).all())


def _held(ticket_ids: Sequence[UUID], by: Actor) -> list[Ticket]:
    """Conversations before tickets, as everywhere; each kind in the order of the ids."""
    mine = Ticket.id.in_(ticket_ids)
    of_talks = select(Ticket.conversation_id).where(mine, Ticket.conversation_id.is_not(None))
    talks.hold([each for each in db.session.scalars(of_talks) if each is not None])
    query = (
        select(Ticket)
        .options(joinedload(Ticket.customer), joinedload(Ticket.conversation))
        .where(mine)
        .order_by(Ticket.id)
        .with_for_update(of=Ticket)
    )
    found = list(db.session.scalars(query, execution_options={"populate_existing": True}))
    if len(found) < len(ticket_ids) or not all(access.may_see(by, each) for each in found):
        raise NotFound
    return found


def _sorted(tickets: Sequence[Ticket], deed: Deed, by: Actor) -> tuple[list[Ticket], list[Left]]:
    fit, left = [], []
    for ticket in tickets:
        try:
            deed.check(ticket, by)
            fit.append(ticket)
        except Refusal as refusal:
            left.append(Left(ticket.id, ticket.reference, str(refusal.message)))
    return fit, left


def _remember(made: BulkAct, changes: Sequence[Change], left: Sequence[Left]) -> None:
    def row(ticket_id: UUID, reference: str, **what: Any) -> dict[str, Any]:
        blank = {"before": {}, "after": {}, "refused": ""}
        return {"bulk_id": made.id, "ticket_id": ticket_id, "reference": reference, **blank, **what}

    changed = [
        row(e.ticket.id, e.ticket.reference, before=_written(e.before), after=_written(e.after))
        for e in changes
    ]
    refused = [row(each.ticket_id, each.reference, refused=each.why) for each in left]
    bulk.insert(BulkItem, changed + refused)


def _noted(deed: Deed, by: Actor, key: str) -> BulkAct:
    """Raises Conflict where the key stands for other tickets, just now."""
    row = {"id": new_id(), "kind": deed.kind, "staff_id": by.id, "client_key": key}
    statement = insert(BulkAct).values(**row, at=clock.now()).on_conflict_do_nothing()
    made = db.session.scalars(statement.returning(BulkAct)).one_or_none()
    if made is None:
        raise Conflict
    return made


def _known(by: Actor, client_key: str) -> BulkAct | None:
    query = select(BulkAct).where(BulkAct.staff_id == by.id, BulkAct.client_key == client_key)
    return db.session.scalar(query)


def _as_it_was(made: BulkAct) -> Done:
    items = _items(made.id)
    left = [Left(each.ticket_id, each.reference, each.refused) for each in items if each.refused]
    return Done(made, len(items) - len(left), 0, left)


def _items(act_id: UUID) -> list[BulkItem]:
    query = select(BulkItem).where(BulkItem.bulk_id == act_id).order_by(BulkItem.ticket_id)
    return list(db.session.scalars(query))


def _is_as_left(ticket: Ticket, item: BulkItem) -> bool:
    """None of what was changed has been changed since."""
    columns = {name: each for name, each in item.after.items() if name not in _BESIDE}
    return columns == _written({name: getattr(ticket, name) for name in columns})


def _restore(
    kind: BulkKind, tickets: Sequence[Ticket], items: Mapping[UUID, BulkItem], by: Actor
) -> set[UUID]:
    if not tickets:
        return set()
    ids = [each.id for each in tickets]
    if kind is BulkKind.TAG:
        return sorting.take_tag(ids, items[ids[0]].after["tag"], by)
    if kind is BulkKind.UNTAG:
        return sorting.put_tag(ids, items[ids[0]].before["tag"], by)
    changes = set_all(tickets, lambda ticket: _read(items[ticket.id].before))
    if kind is BulkKind.ASSIGN:
        _give_back(changes, by)
    elif kind is BulkKind.RESOLVE:
        _open_again(changes, items, by)
    else:
        bulk_deeds.tell_changed(changes, by)
    woken = [
        each.conversation_id
        for each in tickets
        if each.conversation_id and items[each.id].after.get("awaits_customer")
    ]
    talks.await_customers(woken, awaits=False)
    return set(ids)


def _give_back(changes: Sequence[Change], by: Actor) -> None:
    """To those who had them, or to the queue."""
    by_owner: dict[UUID | None, list[Change]] = {}
    for each in changes:
        by_owner.setdefault(each.ticket.assignee_id, []).append(each)
    owners = select(Staff).where(Staff.id.in_([each for each in by_owner if each]))
    known = {each.id: each for each in db.session.scalars(owners)}
    for owner_id, hers in by_owner.items():
        owner = known[owner_id] if owner_id else None
        bulk_deeds.move_talks([each.ticket for each in hers], owner, by)
        bulk_deeds.tell_transferred(hers, owner, by)


def _open_again(changes: Sequence[Change], items: Mapping[UUID, BulkItem], by: Actor) -> None:
    """With the conversations that were ended with them, unless those have moved on."""
    told = {e.ticket.id: {"status": e.pairs["status"]} for e in changes}
    audit.record_all(by, "ticket.reopened", "ticket", told)
    ended = [UUID(one) for e in changes for one in items[e.ticket.id].before.get("talks", [])]
    for talk in talks.of(ended):
        if talk.status is TalkStatus.RESOLVED:
            ownership.reopen(talk.id, by=SYSTEM)
    moment = clock.now()
    events.announce_all(
        [
            TicketReopened(
                each.ticket.id,
                each.ticket.conversation_id,
                each.ticket.customer_id,
                each.ticket.market_code,
                each.ticket.status.value,
                moment,
            )
            for each in changes
        ]
    )


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON keeps them."""
    return {name: _plain(each) for name, each in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(before: Mapping[str, Any]) -> dict[str, Any]:
    """The columns alone; what goes with the status comes after it."""
    found = {
        name: _READ.get(name, str)(each) if each is not None else None
        for name, each in before.items()
        if name not in _BESIDE
    }
    status = {"status": found["status"]} if "status" in found else {}
    return {**status, **found}
