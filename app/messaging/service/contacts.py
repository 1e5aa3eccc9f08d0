"""The addresses that write to an inbox."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.conversations.models import Inbox
from app.core import clock, db
from app.messaging.models import Contact

ANSWER_AGAIN = timedelta(hours=1)


def heard(inbox: Inbox, address: str, name: str, at: datetime) -> Contact:
    """She wrote. Joins the caller's transaction and holds her row."""
    statement = insert(Contact).values(
        inbox_id=inbox.id, address=address, name=name, heard_at=at, stopped=False
    )
    later = func.greatest(Contact.heard_at, statement.excluded.heard_at)
    statement = statement.on_conflict_do_update(
        index_elements=[Contact.inbox_id, Contact.address], set_={"heard_at": later, "name": name}
    )
    fresh = statement.returning(Contact).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def contact(inbox_id: UUID, address: str) -> Contact | None:
    query = select(Contact).where(Contact.inbox_id == inbox_id, Contact.address == address)
    return db.session.scalar(query.execution_options(populate_existing=True))


def may_answer_by_itself(contact: Contact) -> bool:
    """At most once an hour, however many machines write to each other. Counts itself."""
    now = clock.now()
    taken = (
        update(Contact)
        .where(
            Contact.inbox_id == contact.inbox_id,
            Contact.address == contact.address,
            func.coalesce(Contact.answered_at, now - 2 * ANSWER_AGAIN) <= now - ANSWER_AGAIN,
        )
        .values(answered_at=now)
    )
    return bool(db.session.execute(taken.returning(Contact.address)).first())
