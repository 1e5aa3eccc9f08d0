"""Files for providers that fetch them by address: one file, a random token, an hour."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.conversations.service import attachments
from app.conversations.service.attachments import OpenedAttachment
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.core.secrets import new_token, token_hash
from app.messaging import switch
from app.messaging.models import FileLink

LIFE = timedelta(hours=1)


def address_of(attachment_id: UUID) -> str:
    """A fresh one. Joins the caller's transaction."""
    token = new_token()
    db.session.add(
        FileLink(
            token_hash=token_hash(token),
            attachment_id=attachment_id,
            expires_at=clock.now() + LIFE,
        )
    )
    return f"{switch.public_url()}/hooks/files/{token}"


def opened(token: str) -> OpenedAttachment:
    """Raises NotFound, whatever is wrong with it."""
    query = select(FileLink.attachment_id).where(
        FileLink.token_hash == token_hash(token), FileLink.expires_at > clock.now()
    )
    attachment_id = db.session.scalar(query)
    if attachment_id is None:
        raise NotFound
    return attachments.open_attachment(SYSTEM, attachment_id)


def forget_expired() -> int:
    with db.transaction():
        old = delete(FileLink).where(FileLink.expires_at <= clock.now())
        return len(db.session.execute(old.returning(FileLink.attachment_id)).all())
