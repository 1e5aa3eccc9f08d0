"""Many conversations that go with their tickets, in a constant number of statements. Called by
tickets, which has looked whether this may be done, and holds them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.conversations import activity
from app.conversations.events import ConversationAssigned, ConversationReleased, MessagePosted
from app.conversations.models import Author, Conversation, Message, MessageKind, Status
from app.core import bulk, clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.identity.models import Staff

_FRESH = {"populate_existing": True}


def hold(conversation_ids: Sequence[UUID]) -> None:
    """Until the transaction ends; in the order of their ids, so that two do not wait for each
    other."""
    query = select(Conversation.id).where(Conversation.id.in_(conversation_ids))
    db.session.execute(query.order_by(Conversation.id).with_for_update())


def assign_all(conversation_ids: Sequence[UUID], owner: Staff, *, by: Actor) -> None:
    """To one agent; what is hers already is left alone."""
    moment = clock.now()
    moved, before = [], {}
    for each in of(conversation_ids):
        if each.status is Status.OPEN and each.assignee_id == owner.id:
            continue
        before[each.id] = each.assignee_id
        each.status, each.assignee_id = Status.OPEN, owner.id
        each.handed_over_at = each.handed_over_at or moment
        each.accepted_at, each.resolved_at = moment, None
        moved.append(each)
    told = {each.id: {"to": (before[each.id], owner.id)} for each in moved}
    audit.record_all(by, "conversation.assigned", "conversation", told)
    _leave_all(moved, "accepted", name=owner.name)
    events.announce_all(
        [
            ConversationAssigned(
                each.id, each.customer_id, each.market_code, owner.id, owner.name, moment
            )
            for each in moved
        ]
    )


def release_all(conversation_ids: Sequence[UUID], *, by: Actor) -> None:
    """Back to waiting for any person, those that an agent has."""
    moment = clock.now()
    moved = [each for each in of(conversation_ids) if each.status is Status.OPEN]
    for each in moved:
        each.status, each.assignee_id, each.accepted_at = Status.WAITING, None, None
        each.handed_over_at = moment
    audit.record_all(by, "conversation.released", "conversation", {each.id: {} for each in moved})
    _leave_all(moved, "released")
    events.announce_all(
        [ConversationReleased(e.id, e.customer_id, e.market_code, moment) for e in moved]
    )


def await_customers(conversation_ids: Sequence[UUID], *, awaits: bool = True) -> list[UUID]:
    """Nothing more to do until they write, or (not `awaits`) there is again. Returns those of
    which it was otherwise."""
    statement = (
        update(Conversation)
        .where(Conversation.id.in_(conversation_ids), Conversation.awaits_customer.is_(not awaits))
        .values(awaits_customer=awaits)
        .returning(Conversation.id)
        .execution_options(synchronize_session="fetch")
    )
    return list(db.session.scalars(statement))


def of(conversation_ids: Sequence[UUID]) -> list[Conversation]:
    """As they are in the database now."""
    query = select(Conversation).where(Conversation.id.in_(conversation_ids))
    query = query.order_by(Conversation.id)
    return list(db.session.scalars(query, execution_options=_FRESH))


def _leave_all(talks: Sequence[Conversation], code: str, **params: str | int) -> None:
    """The line among the messages of each, as `activities.leave` leaves it in one."""
    if not talks:
        return
    moment = clock.now()
    numbered = (
        update(Conversation)
        .where(Conversation.id.in_([each.id for each in talks]))
        .values(last_seq=Conversation.last_seq + 1, last_message_at=moment)
        .returning(Conversation)
        .execution_options(synchronize_session="fetch", populate_existing=True)
    )
    rows, said = [], []
    for talk in db.session.scalars(numbered).all():
        message_id = new_id()
        rows.append(
            {
                "id": message_id,
                "conversation_id": talk.id,
                "seq": talk.last_seq,
                "kind": MessageKind.ACTIVITY.value,
                "author": Author.SYSTEM.value,
                "author_id": SYSTEM.id,
                "author_name": SYSTEM.name,
                "body": activity.text_of(code, params),
                "extra": {"activity": code, "params": params},
                "client_key": f"activity:{message_id}",
                "at": moment,
            }
        )
        said.append(
            MessagePosted(
                talk.id,
                message_id,
                talk.last_seq,
                Author.SYSTEM,
                MessageKind.ACTIVITY,
                moment,
                talk.customer_id,
                talk.assignee_id,
                talk.status,
                talk.language,
                talk.channel,
            )
        )
    bulk.insert(Message, rows)
    events.announce_all(said)
