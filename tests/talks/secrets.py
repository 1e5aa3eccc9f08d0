"""What nobody may find in what is kept of a talk, once it has been covered."""

from uuid import UUID

from celery import Celery
from sqlalchemy import select, text

from app.core import db
from app.demo.readiness import wait_until
from app.demo.stack import Stack
from app.network.models import PortOut
from app.subscriptions.models import Line, Sim

_KEPT = (
    "SELECT body || extra::text FROM message WHERE conversation_id = :id",
    "SELECT learnt::text || summary FROM conversation WHERE id = :id",
    "SELECT answer::text FROM proposal WHERE conversation_id = :id AND answer IS NOT NULL",
    "SELECT text FROM delivery WHERE conversation_id = :id",
    "SELECT data FROM bot.events WHERE sender_id = CAST(:id AS text)",
)


def cover_all(stack: Stack) -> None:
    """As if a quarter of an hour went by; the worker does it."""
    with db.transaction():
        db.session.execute(text("UPDATE told_secret SET cover_at = now()"))
    Celery(broker=stack.redis_url).send_task("conversations.cover_told_secrets")
    wait_until(_nothing_left, "the covering of secrets", seconds=90)


def _nothing_left() -> bool:
    with db.transaction():
        return not db.session.scalar(text("SELECT count(*) FROM told_secret"))


def kept_of(talk_id: UUID) -> str:
    """Messages, what left, what was learnt, and the bot's own memory."""
    with db.transaction():
        found = [db.session.scalars(text(query), {"id": talk_id}).all() for query in _KEPT]
    return "\n".join(str(each) for each in found)


def secrets_of(customer_id: str) -> dict[str, str]:
    mine = select(Line.id).where(Line.customer_id == UUID(customer_id))
    with db.transaction():
        sims = db.session.scalars(select(Sim).where(Sim.line_id.in_(mine))).all()
        ports = db.session.scalars(select(PortOut).where(PortOut.line_id.in_(mine))).all()
        codes = {"port_code": ports[-1].code} if ports else {}
        return {"puk": sims[0].puk, **codes}
