"""Who has a conversation, when it is finished, and what the customer thought of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations import access
from app.conversations.cleaning import cleaned
from app.conversations.errors import (
    AlreadyRated,
    AlreadyResolved,
    NotResolved,
    NotWithPerson,
    NotYourConversation,
)
from app.conversations.events import (
    AvailabilityChanged,
    ConversationAssigned,
    ConversationRated,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
)
from app.conversations.models import (
    AgentSpell,
    AgentState,
    Availability,
    Conversation,
    Status,
)
from app.conversations.service import activities
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.identity.models import Staff

_LONGEST_COMMENT = 1000


def assign(conversation_id: UUID, staff_id: UUID, *, by: Actor) -> Conversation:
    """Give the conversation to an agent, who owns it from now on. Called by tickets."""
    with db.transaction():
        conversation = access.conversation_for(by, conversation_id, "tickets.accept", lock=True)
        owner = db.session.get(Staff, staff_id)
        if owner is None or owner.disabled_at is not None:
            raise NotFound
        before = conversation.assignee_id
        if conversation.status is Status.OPEN and before == staff_id:
            return conversation
        moment = clock.now()
        conversation.status = Status.OPEN
        conversation.assignee_id = staff_id
        conversation.handed_over_at = conversation.handed_over_at or moment
        conversation.accepted_at = moment
        conversation.resolved_at = None
        audit.record(
            by, "conversation.assigned", "conversation", conversation.id, to=(before, staff_id)
        )
        activities.leave(conversation, "accepted", name=owner.name)
        events.announce(
            ConversationAssigned(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                staff_id,
                owner.name,
                moment,
            )
        )
    return conversation


def release(conversation_id: UUID, *, by: Actor) -> Conversation:
    """Back to waiting for any person, the clock of the wait starts anew."""
    with db.transaction():
        conversation = _owned(by, conversation_id)
        if conversation.status is not Status.OPEN:
            raise NotWithPerson
        conversation.status = Status.WAITING
        conversation.assignee_id = None
        conversation.accepted_at = None
        conversation.handed_over_at = clock.now()
        audit.record(by, "conversation.released", "conversation", conversation.id)
        activities.leave(conversation, "released")
        events.announce(
            ConversationReleased(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                clock.now(),
            )
        )
    return conversation


def await_customer(conversation_id: UUID, *, by: Actor) -> None:
    """Nothing more to do until she writes. Called by tickets."""
    with db.transaction():
        _owned(by, conversation_id).awaits_customer = True


def release_if_owned(conversation_id: UUID, *, by: Actor) -> None:
    """As `release`, and nothing when no agent has it."""
    with db.transaction():
        if _owned(by, conversation_id).status is Status.OPEN:
            release(conversation_id, by=by)


def resolve(conversation_id: UUID, *, by: Actor) -> Conversation:
    """Finished, until the customer writes again. She may rate it now."""
    with db.transaction():
        conversation = _owned(by, conversation_id)
        if conversation.status is Status.RESOLVED:
            raise AlreadyResolved
        before = conversation.status
        conversation.status = Status.RESOLVED
        conversation.resolved_at = clock.now()
        audit.record(
            by,
            "conversation.resolved",
            "conversation",
            conversation.id,
            status=(before, Status.RESOLVED),
        )
        activities.leave(conversation, "resolved", name=by.name)
        events.announce(
            ConversationResolved(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                conversation.assignee_id,
                conversation.resolved_at or clock.now(),
            )
        )
    return conversation


def reopen(conversation_id: UUID, *, by: Actor) -> Conversation:
    """Back to its last owner, or to waiting when it had none."""
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if conversation.status is not Status.RESOLVED:
            raise NotResolved
        owned = conversation.assignee_id is not None
        conversation.status = Status.OPEN if owned else Status.WAITING
        conversation.handed_over_at = conversation.handed_over_at if owned else clock.now()
        conversation.resolved_at = None
        audit.record(by, "conversation.reopened", "conversation", conversation.id)
        activities.leave(conversation, "reopened", name=by.name)
        events.announce(
            ConversationReopened(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                conversation.status,
                clock.now(),
            )
        )
    return conversation


def rate(conversation_id: UUID, score: int, comment: str = "", *, by: Actor) -> Conversation:
    """What the customer thought, 1 to 5, once per resolution."""
    if not isinstance(score, int) or isinstance(score, bool) or not 1 <= score <= 5:
        raise Invalid(field="score")
    words = cleaned(comment, may_be_empty=True)[:_LONGEST_COMMENT]
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if by.kind not in {Kind.CUSTOMER, Kind.VISITOR}:
            raise Forbidden
        _check_may_rate(conversation)
        conversation.rating = score
        conversation.rating_comment = words
        conversation.rated_at = clock.now()
        audit.record(by, "conversation.rated", "conversation", conversation.id, score=score)
        events.announce(
            ConversationRated(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                conversation.assignee_id,
                score,
                conversation.rated_at,
            )
        )
    return conversation


def set_availability(
    staff_id: UUID,
    availability: Availability,
    *,
    by: Actor,
    until: datetime | None = None,
    since: datetime | None = None,
) -> AgentState:
    """An agent's own state; somebody else's needs the right to assign. `until` when it ends by
    itself, `since` when it began, where that was before now. What she did before is kept, with when
    it began and ended. Nobody says of herself that she is absent: Invalid."""
    if availability is Availability.ABSENT and staff_id == by.id:
        raise Invalid(field="availability")
    with db.transaction():
        by.must("workspace.enter" if staff_id == by.id else "conversations.assign")
        moment = since or clock.now()
        change = {"availability": availability, "since": moment, "until": until}
        statement = insert(AgentState).values(staff_id=staff_id, **change)
        statement = statement.on_conflict_do_update(
            index_elements=[AgentState.staff_id],
            set_=change,
            where=AgentState.availability != availability,
        )
        if db.session.scalar(statement.returning(AgentState.staff_id)) is not None:
            _turn_page(staff_id, availability, moment)
        audit.record(by, "agent.availability", "staff", staff_id, availability=availability)
        events.announce(AvailabilityChanged(staff_id, availability.value, moment))
        return db.session.get_one(AgentState, staff_id, populate_existing=True)


def see(staff_id: UUID) -> Availability:
    """Something was seen of her just now. Returns what she does: absent until she says more."""
    statement = (
        update(AgentState)
        .where(AgentState.staff_id == staff_id)
        .values(seen_at=clock.now())
        .returning(AgentState.availability)
        .execution_options(synchronize_session=False)
    )
    with db.transaction():
        return db.session.scalar(statement) or Availability.OFFLINE


def end_what_is_over(*, by: Actor) -> int:
    """Whoever's time for herself is over is available again. Returns how many."""
    query = select(AgentState.staff_id).where(AgentState.until <= clock.now())
    with db.transaction():
        over = list(db.session.scalars(query.with_for_update(skip_locked=True)))
        for staff_id in over:
            set_availability(staff_id, Availability.AVAILABLE, by=by)
    return len(over)


def _turn_page(staff_id: UUID, availability: Availability, moment: datetime) -> None:
    """The row of her state is ours, so nobody else does this now."""
    open_one = update(AgentSpell).where(
        AgentSpell.staff_id == staff_id, AgentSpell.ended_at.is_(None)
    )
    db.session.execute(open_one.values(ended_at=moment))
    spell = {"id": new_id(), "staff_id": staff_id, "availability": availability}
    db.session.execute(insert(AgentSpell).values(began_at=moment, **spell))


def _owned(by: Actor, conversation_id: UUID) -> Conversation:
    """Its owner, or who may assign, or the system."""
    conversation = access.conversation_for(by, conversation_id, "conversations.reply", lock=True)
    if by.kind in access.TRUSTED or by.may("conversations.assign"):
        return conversation
    if conversation.assignee_id != by.id:
        raise NotYourConversation
    return conversation


def _check_may_rate(conversation: Conversation) -> None:
    if conversation.status is not Status.RESOLVED or conversation.resolved_at is None:
        raise NotResolved
    if not conversation.can_be_rated:
        raise AlreadyRated
