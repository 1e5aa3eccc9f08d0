"""Conversations by what was said in them, the latest words first; each once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select

from app.conversations.models import Conversation, Message
from app.core import db
from app.core.actor import Actor
from app.customers.models import Customer
from app.search import scope
from app.search.asked import MOST_COUNTED, Asked, Count, Found, Thing
from app.search.documents import SAID
from app.search.models import MESSAGE_WORDS
from app.search.queries import by_engine
from app.search.queries.narrowing import narrowed, within_days
from app.search.queries.newest import newest
from app.search.snippets import snippet
from app.search.wording import Typed

# Several messages of one conversation may match: enough are read to fill the page all the same.
_READ_FOR_ONE = 4


def look(actor: Actor, asked: Asked, words: Typed, limit: int) -> tuple[list[Found], Count]:
    if not words.words:
        return [], Count()
    allowed = _allowed(actor, asked)
    matching = _matching(allowed, words)
    known = by_engine.messages(actor, asked, words, allowed=allowed, matching=[matching])
    ids, said = known or newest(
        matching, order=Message.id, limit=limit * _READ_FOR_ONE, most=MOST_COUNTED
    )
    rows = {row.id: row for row in db.session.execute(_shown(ids))} if ids else {}
    first: dict[Any, Any] = {}
    for row in (rows[each] for each in ids if each in rows):
        first.setdefault(row.conversation_id, row)
    found = [_found(row, words, near=said.alike) for row in list(first.values())[:limit]]
    return found, Count(len(first), said.more, said.alike)


def _matching(allowed: Select[Any], words: Typed) -> Select[Any]:
    wanted = func.to_tsquery("simple", words.tsquery)
    return allowed.where(literal_column(MESSAGE_WORDS).op("@@")(wanted))


def _allowed(actor: Actor, asked: Asked) -> Select[Any]:
    query = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.kind.in_(SAID), scope.talks(actor))
    )
    query = narrowed(query, Conversation, asked)
    if asked.channel:
        query = query.where(Conversation.channel == asked.channel)
    return within_days(query, Message.at, asked)


def _shown(ids: list[UUID]) -> Any:
    return (
        select(
            Message.id,
            Message.conversation_id,
            Message.body,
            Message.author_name,
            Message.at,
            Conversation.channel,
            Conversation.status,
            Conversation.market_code,
            Conversation.language,
            Conversation.visitor_name,
            Customer.name,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id, isouter=True)
        .where(Message.id.in_(ids))
    )


def _found(row: Any, words: Typed, *, near: bool) -> Found:
    return Found(
        Thing.CONVERSATION,
        row.conversation_id,
        row.name or row.visitor_name or row.author_name,
        detail=row.channel,
        market=row.market_code,
        language=row.language,
        status=row.status.value,
        at=row.at,
        snippet=snippet(row.body, words.words, near=near),
    )
