"""Who can be mentioned in a note: colleagues who may see what it is about, and nobody else."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.conversations import access
from app.conversations.models import Conversation, Status
from app.core import db
from app.core.actor import Actor
from app.identity.models import Staff

MOST = 20

Sees = Callable[[Actor], bool]


def colleagues_of(conversation: Conversation, *, but: Actor) -> list[Staff]:
    """By name; as `access.may_see` says it of each, in two statements for all."""
    return who(_sees(conversation), but=but)


def those_of(
    conversation: Conversation, staff_ids: Sequence[UUID], *, but: Actor
) -> list[Staff] | None:
    """Those that are named; None when one of them may not see it, or is not there."""
    return those(staff_ids, _sees(conversation), but=but)


def who(sees: Sees, *, but: Actor, among: Collection[UUID] | None = None) -> list[Staff]:
    """Everybody at work who sees it, by name, also of those `among` whom one looks."""
    query = select(Staff).where(Staff.disabled_at.is_(None), Staff.id != but.id)
    if among is not None:
        query = query.where(Staff.id.in_(among))
    found = db.session.scalars(query.order_by(Staff.name, Staff.id))
    return [each for each in found if sees(each.as_actor())]


def those(staff_ids: Sequence[UUID], sees: Sees, *, but: Actor) -> list[Staff] | None:
    """In the order in which they are named; None when one of them does not see it."""
    wanted = list(dict.fromkeys(staff_ids))
    known = {each.id: each for each in who(sees, but=but, among=wanted)}
    return [known[each] for each in wanted] if set(wanted) <= known.keys() else None


def _sees(conversation: Conversation) -> Sees:
    serving = _serving(conversation)

    def sees(actor: Actor) -> bool:
        if not actor.may("conversations.read") or not actor.sees_market(conversation.market_code):
            return False
        if access.sees_all(actor) or conversation.assignee_id == actor.id:
            return True
        return conversation.status is Status.WAITING or actor.id in serving

    return sees


def _serving(conversation: Conversation) -> set[UUID]:
    """Who has an open conversation of the same customer."""
    if conversation.customer_id is None:
        return set()
    query = select(Conversation.assignee_id).where(
        Conversation.status == Status.OPEN, Conversation.customer_id == conversation.customer_id
    )
    return {each for each in db.session.scalars(query) if each is not None}
