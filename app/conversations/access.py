"""The one door to a conversation. Every caller that acts for somebody comes through here."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, column, exists, func, select

from app.conversations.models import Conversation, Status, Verification
from app.conversations.places import Place
from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound

TRUSTED = frozenset({Kind.BOT, Kind.SYSTEM})


def conversation_for(
    actor: Actor, conversation_id: UUID, permission: str, *, lock: bool = False
) -> Conversation:
    """Raises NotFound for a conversation this actor must not know of, Forbidden without the
    permission. `lock` holds the row until the transaction ends."""
    conversation = db.session.get(
        Conversation, conversation_id, with_for_update=lock or None, populate_existing=lock
    )
    if conversation is None:
        raise NotFound
    must_see(actor, conversation, permission)
    return conversation


def must_see(actor: Actor, conversation: Conversation | Place, permission: str) -> None:
    """The same checks for a conversation that is already loaded."""
    if not may_see(actor, conversation):
        raise NotFound
    if actor.kind is not Kind.BOT:
        actor.must(permission)


def may_see(actor: Actor, conversation: Conversation | Place) -> bool:
    """Visitors and customers their own; staff of the market what they serve or monitor."""
    if actor.kind in TRUSTED:
        return True
    if actor.kind is Kind.CUSTOMER:
        return conversation.customer_id == actor.id
    if actor.kind is Kind.VISITOR:
        # Also when a code has shown who she is; once she signs in, only as the customer.
        signed_in = conversation.known_by is Verification.IDENTITY
        return conversation.visitor_id == actor.id and not signed_in
    return actor.kind is Kind.STAFF and _staff_sees(actor, conversation)


def sees_all(actor: Actor) -> bool:
    """Whoever monitors or assigns conversations sees all of their markets."""
    return actor.may("conversations.monitor") or actor.may("conversations.assign")


def _staff_sees(actor: Actor, conversation: Conversation | Place) -> bool:
    if not actor.sees_market(conversation.market_code):
        return False
    if sees_all(actor) or conversation.assignee_id == actor.id:
        return True
    if conversation.status is Status.WAITING:
        return True
    return conversation.customer_id is not None and serves(actor.id, conversation.customer_id)


def not_owned(followed: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Of pairs of an agent and a conversation those in which it is not hers. One statement, for
    thousands of them."""
    staff_ids, talk_ids = ([each[at] for each in followed] for at in (0, 1))
    pairs = (
        func.unnest(cast(staff_ids, ARRAY(Uuid)), cast(talk_ids, ARRAY(Uuid)))
        .table_valued(column("staff_id", Uuid), column("talk_id", Uuid))
        .render_derived(name="followed")
    )
    query = (
        select(pairs.c.staff_id, pairs.c.talk_id)
        .select_from(pairs)
        .join(Conversation, Conversation.id == pairs.c.talk_id, isouter=True)
        .where(Conversation.assignee_id.is_distinct_from(pairs.c.staff_id))
    )
    return {(staff_id, talk_id) for staff_id, talk_id in db.session.execute(query)}


def serves(staff_id: UUID, customer_id: UUID) -> bool:
    """Whether this agent owns an open conversation of the customer now."""
    query = exists().where(
        Conversation.assignee_id == staff_id,
        Conversation.status == Status.OPEN,
        Conversation.customer_id == customer_id,
    )
    return bool(db.session.scalar(select(query)))
