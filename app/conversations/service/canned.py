"""Prepared answers for agents."""

from sqlalchemy import select

from app.audit import service as audit
from app.conversations.models import CannedReply
from app.core import db
from app.core.actor import Actor


def write(shortcut: str, language: str, *, title: str, body: str, by: Actor) -> CannedReply:
    """Make the reply of this shortcut and language say this."""
    with db.transaction():
        by.must("kb.write")
        reply = db.session.scalar(
            select(CannedReply)
            .where(CannedReply.shortcut == shortcut, CannedReply.language == language)
            .with_for_update()
        )
        if reply is None:
            reply = CannedReply(shortcut=shortcut, language=language)
            db.session.add(reply)
        reply.title, reply.body = title, body
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "canned_reply.written", "canned_reply", reply.id, shortcut=shortcut)
    return reply
