"""What the search reads: words of tickets and messages, indexed where they stand; and what an
engine beside PostgreSQL has yet to be told.

There is no copy that could be late or say too much: what is deleted, merged, cut or changed is so
for the search in the same moment. Words are kept as they are written, without accents and in
lower case, because one desk reads three languages; a beginning finds every ending.
"""

from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Identity, Index, Sequence, Table, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.models import Message
from app.core import db
from app.search import due_sql
from app.tickets.models import Comment, Ticket

_FROM = "ÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑáàâãäéèêëíìîïóòôõöúùûüçñ"
_TO = "AAAAAEEEEIIIIOOOOOUUUUCNaaaaaeeeeiiiiooooouuuucn"


def _words(of: str) -> str:
    return f"to_tsvector('simple', lower(translate({of}, '{_FROM}', '{_TO}')))"


# In brackets as PostgreSQL writes them, which is how migrations compare it with what is there.
_TOLD = "(((ticket.subject || ' ') || ticket.summary) || ' ') || ticket.resolution"
TICKET_WORDS = _words(_TOLD)
MESSAGE_WORDS = _words("message.body")
COMMENT_WORDS = _words("ticket_comment.body")

Index(
    "ix_ticket_words",
    text(TICKET_WORDS.replace("ticket.", "")),
    postgresql_using="gin",
    _table=cast("Table", Ticket.__table__),
)
Index(
    "ix_message_words",
    text(MESSAGE_WORDS.replace("message.", "")),
    postgresql_using="gin",
    _table=cast("Table", Message.__table__),
)
Index(
    "ix_ticket_comment_words",
    text(COMMENT_WORDS.replace("ticket_comment.", "")),
    postgresql_using="gin",
    _table=cast("Table", Comment.__table__),
)

INDEXES = (
    "ix_ticket_words",
    "ix_message_words",
    "ix_ticket_comment_words",
    "ix_customer_name_words",
)


class IndexState(StrEnum):
    FILLING = "filling"
    SERVING = "serving"


class EngineIndex(db.Base):
    """An index of the engine that is kept up to date. No row: there is none, nothing is noted."""

    __tablename__ = "search_index"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[IndexState]
    made_at: Mapped[datetime]


class Due(db.Base):
    """Something changed that the engine must be told; written by triggers, gone once it knows.

    `kind` is ticket, message, conversation or customer: what hangs on the last two goes with them.
    """

    __tablename__ = "search_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[UUID]


# Drawn before a thing is read: who drew later has read what is at least as new.
VERSIONS = Sequence("search_version", metadata=db.Base.metadata)


for _statements in (due_sql.NOTE, due_sql.TRIGGERS):
    _ddl = DDL(_statements.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(db.Base.metadata, "after_create", _ddl)
