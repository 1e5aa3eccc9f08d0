"""An agent's state after a call: she notes what came of it, and only then is free for another."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.models import Availability
from app.conversations.queries import availability_of
from app.conversations.service import ownership
from app.core import db
from app.core.actor import SYSTEM
from app.selfservice.models import Dialogue


def wrap_up(agent_id: UUID) -> None:
    """Her call is over. Whoever was on a break or has gone stays so."""
    if availability_of(agent_id) is Availability.AVAILABLE:
        ownership.set_availability(agent_id, Availability.WRAP_UP, by=SYSTEM)


def free(agent_id: UUID) -> None:
    """Available again, unless another call of hers is still to be noted."""
    db.session.flush()
    query = select(Dialogue.id).where(
        Dialogue.agent_id == agent_id,
        Dialogue.ended_at.is_not(None),
        Dialogue.wrapped_up_at.is_(None),
    )
    still = db.session.scalar(query.limit(1)) is not None
    if not still and availability_of(agent_id) is Availability.WRAP_UP:
        ownership.set_availability(agent_id, Availability.AVAILABLE, by=SYSTEM)
