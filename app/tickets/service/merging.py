"""Two tickets of one customer that are the same matter become one, until somebody undoes it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.audit import service as audit
from app.conversations.models import Conversation
from app.conversations.models import Status as ConversationStatus
from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, NotFound
from app.core.turns import take_turn
from app.tickets import access
from app.tickets.errors import AlreadyUndone, CannotMerge, NotTheSameCustomer
from app.tickets.events import TicketMerged, TicketUnmerged
from app.tickets.models import Comment, Follower, Merge, Status, Ticket, TimeSpent
from app.tickets.service import timing


def merge(kept_id: UUID, merged_id: UUID, *, by: Actor) -> Merge:
    """What was said and worked on `merged_id` is on `kept_id` from now on; its conversation, while
    somebody has it, goes to whoever has the kept one. Raises NotTheSameCustomer, CannotMerge."""
    if kept_id == merged_id:
        raise Invalid(field="merged")
    with db.transaction():
        take_turn("ticket merges")  # two who merge into each other meet here
        kept = access.workable_ticket(by, kept_id)
        merged = access.workable_ticket(by, merged_id)
        if kept.customer_id is None or kept.customer_id != merged.customer_id:
            raise NotTheSameCustomer
        if not (kept.is_open and merged.is_open):
            raise CannotMerge
        moment = clock.now()
        made = Merge(kept_id=kept.id, merged_id=merged.id, before=_moved(kept, merged), at=moment)
        db.session.add(made)
        merged.status, merged.snoozed_until = Status.CLOSED, None
        merged.merged_into_id, merged.resolved_at = kept.id, moment
        db.session.flush()  # what is merged is looked up
        take_talks(kept)
        timing.follow(merged)
        audit.record(by, "ticket.merged", "ticket", kept.id, merged=merged.reference)
        audit.record(by, "ticket.merged", "ticket", merged.id, into=kept.reference)
        events.announce(
            TicketMerged(kept.id, merged.id, kept.customer_id, kept.market_code, by.id, moment)
        )
    return made


def undo_merge(ticket_id: UUID, merge_id: UUID, *, by: Actor) -> Ticket:
    """What was merged into this ticket is itself again, with what it brought; done by who may put
    the ticket in order, as merging is. Raises NotFound for another's merge, AlreadyUndone."""
    with db.transaction():
        take_turn("ticket merges")
        made = db.session.get(Merge, merge_id, with_for_update=True)
        # What an erased person brought is no longer known.
        if made is None or made.kept_id != ticket_id or not made.before:
            raise NotFound
        kept = access.workable_ticket(by, made.kept_id)
        merged = access.ticket_for(by, made.merged_id, "tickets.accept", lock=True)
        if made.undone_at is not None:
            raise AlreadyUndone
        made.undone_at = clock.now()
        _bring_back(merged, made.before)
        audit.record(by, "ticket.unmerged", "ticket", kept.id, merged=merged.reference)
        audit.record(by, "ticket.unmerged", "ticket", merged.id, out_of=kept.reference)
        events.announce(
            TicketUnmerged(
                kept.id, merged.id, kept.customer_id, kept.market_code, by.id, made.undone_at
            )
        )
    return merged


def merges_of(ticket_id: UUID) -> list[tuple[Merge, Ticket]]:
    """What is merged into a ticket now, each with the merged one."""
    query = (
        select(Merge, Ticket)
        .join(Ticket, Ticket.id == Merge.merged_id)
        .where(Merge.kept_id == ticket_id, Merge.undone_at.is_(None))
        .order_by(Merge.at)
    )
    return [(made, ticket) for made, ticket in db.session.execute(query)]


def talks_of(ticket_ids: Sequence[UUID]) -> dict[UUID, list[Conversation]]:
    """By ticket: its own conversation, and those of what was merged into it, each once."""
    query = (
        select(Ticket.id, Ticket.merged_into_id, Conversation)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(or_(Ticket.id.in_(ticket_ids), Ticket.merged_into_id.in_(ticket_ids)))
        .order_by(Conversation.id)
    )
    found: dict[UUID, dict[UUID, Conversation]] = {}
    for ticket_id, kept_id, talk in db.session.execute(query):
        found.setdefault(kept_id or ticket_id, {})[talk.id] = talk
    return {ticket_id: list(talks.values()) for ticket_id, talks in found.items()}


def take_talks(kept: Ticket) -> None:
    """Customers in a merged ticket's conversation get the kept one's owner, or wait as it does; in
    the caller's transaction."""
    merged = select(Ticket.conversation_id).where(Ticket.merged_into_id == kept.id)
    query = select(Conversation.id).where(
        Conversation.id.in_(merged),
        Conversation.status.in_([ConversationStatus.WAITING, ConversationStatus.OPEN]),
        Conversation.assignee_id.is_distinct_from(kept.assignee_id),
    )
    for conversation_id in db.session.scalars(query).all():
        if kept.assignee_id is not None:
            ownership.assign(conversation_id, kept.assignee_id, by=SYSTEM)
        else:
            ownership.release_if_owned(conversation_id, by=SYSTEM)


def _moved(kept: Ticket, merged: Ticket) -> dict[str, Any]:
    """Move what is on the ticket, and say what it was like, for undoing."""
    return {
        "status": merged.status.value,
        "status_id": str(merged.status_id) if merged.status_id else None,
        "comments": _given(Comment, merged.id, kept.id),
        "times": _given(TimeSpent, merged.id, kept.id),
        "followers": _followers(kept, merged),
        "brought": _brought(kept, merged),
    }


def _given(model: type[Comment] | type[TimeSpent], from_id: UUID, to_id: UUID) -> list[str]:
    statement = update(model).where(model.ticket_id == from_id).values(ticket_id=to_id)
    moved = db.session.scalars(
        statement.returning(model.id).execution_options(synchronize_session=False)
    )
    return [str(each) for each in moved]


def _followers(kept: Ticket, merged: Ticket) -> list[str]:
    """Whoever followed the merged one follows the kept one; who did not before."""
    following = set(
        db.session.scalars(select(Follower.staff_id).where(Follower.ticket_id == kept.id))
    )
    theirs = db.session.scalars(select(Follower.staff_id).where(Follower.ticket_id == merged.id))
    new = [each for each in theirs if each not in following]
    db.session.add_all(Follower(ticket_id=kept.id, staff_id=each) for each in new)
    return [str(each) for each in new]


def _brought(kept: Ticket, merged: Ticket) -> list[str]:
    """What had become part of the merged one is part of the kept one now: one step, not two."""
    below = list(
        db.session.scalars(
            update(Ticket)
            .where(Ticket.merged_into_id == merged.id)
            .values(merged_into_id=kept.id)
            .returning(Ticket.id)
        )
    )
    _lead(below, merged.id, kept.id)
    return [str(each) for each in below]


def _lead(ticket_ids: Sequence[UUID], from_id: UUID, to_id: UUID) -> None:
    """Their merges are undone from there."""
    db.session.execute(
        update(Merge)
        .where(Merge.merged_id.in_(ticket_ids), Merge.kept_id == from_id, Merge.undone_at.is_(None))
        .values(kept_id=to_id)
    )


def _bring_back(merged: Ticket, before: dict[str, Any]) -> None:
    kept_id = merged.merged_into_id
    status, talk = Status(before["status"]), merged.conversation
    if talk is not None and talk.status is ConversationStatus.OPEN:
        # Whoever has been talking with her meanwhile goes on.
        merged.assignee_id = talk.assignee_id
        status = Status.OPEN if status is Status.NEW else status
    merged.status = status
    merged.status_id = UUID(before["status_id"]) if before["status_id"] else None
    merged.resolved_at, merged.merged_into_id = None, None
    timing.follow(merged)
    for model, name in ((Comment, "comments"), (TimeSpent, "times")):
        ids = [UUID(each) for each in before[name]]
        db.session.execute(
            update(model)
            .where(model.id.in_(ids), model.ticket_id == kept_id)
            .values(ticket_id=merged.id)
            .execution_options(synchronize_session=False)
        )
    brought = [UUID(each) for each in before.get("brought", ())]
    if kept_id is not None and brought:
        db.session.execute(
            update(Ticket)
            .where(Ticket.id.in_(brought), Ticket.merged_into_id == kept_id)
            .values(merged_into_id=merged.id)
        )
        _lead(brought, kept_id, merged.id)
    gone = [UUID(each) for each in before["followers"]]
    for each in db.session.scalars(
        select(Follower).where(Follower.ticket_id == kept_id, Follower.staff_id.in_(gone))
    ).all():
        db.session.delete(each)
