"""The code that unlocks a SIM after three wrong PINs."""

from uuid import UUID

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.subscriptions import access
from app.subscriptions.models import Sim
from app.subscriptions.queries import current_sim


def puk_for(line_id: UUID, *, by: Actor, permission: str) -> Sim:
    """The card in use with its PUK. Looking is written down. Raises NotFound without a card."""
    with db.transaction():
        line = access.line_for(by, line_id, permission)
        sim = current_sim(line)
        if sim is None:
            raise NotFound
        audit.record(by, "line.puk_viewed", "line", line.id, iccid=sim.iccid)
    return sim
