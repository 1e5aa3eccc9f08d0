"""Tickets by their own words and by what was said on them, the newest first."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select

from app.conversations.models import Conversation
from app.core import db
from app.core.actor import Actor
from app.customers.models import FOLDED_NAME, Customer
from app.search import scope
from app.search.asked import MOST_COUNTED, Asked, Count, Found, Thing
from app.search.models import COMMENT_WORDS, TICKET_WORDS
from app.search.queries import by_engine
from app.search.queries.narrowing import narrowed, within_days
from app.search.queries.newest import newest
from app.search.snippets import snippet
from app.search.wording import Typed
from app.tickets.models import Comment, Ticket


def look(actor: Actor, asked: Asked, words: Typed, limit: int) -> tuple[list[Found], Count]:
    if not words.words:
        return [], Count()
    matching = [query(actor, asked, words) for query in (_by_own_words, _by_comments, _by_customer)]
    allowed = _narrowed(select(Ticket.id), actor, asked)
    known = by_engine.tickets(actor, asked, words, allowed=allowed, matching=matching)
    ids, count = known or _here(matching, limit)
    found = {row.id: row for row in db.session.execute(_shown(ids[:limit]))} if ids else {}
    return [
        _found(found[each], words, near=count.alike) for each in ids[:limit] if each in found
    ], count


def _here(matching: list[Select[Any]], limit: int) -> tuple[list[UUID], Count]:
    several = [newest(each, order=Ticket.id, limit=limit, most=MOST_COUNTED) for each in matching]
    known = {each for ids, _ in several for each in ids}
    return sorted(known, reverse=True), _together(known, [count for _, count in several])


def _together(known: set[UUID], counts: list[Count]) -> Count:
    """What several found is counted once, where few enough were found to know."""
    if any(each.more for each in counts):
        return Count(MOST_COUNTED, more=True)
    return Count(min(len(known), MOST_COUNTED), more=len(known) > MOST_COUNTED)


def _by_own_words(actor: Actor, asked: Asked, words: Typed) -> Select[Any]:
    wanted = func.to_tsquery("simple", words.tsquery)
    query = select(Ticket.id).where(literal_column(TICKET_WORDS).op("@@")(wanted))
    return _narrowed(query, actor, asked)


def _by_comments(actor: Actor, asked: Asked, words: Typed) -> Select[Any]:
    wanted = func.to_tsquery("simple", words.tsquery)
    said = literal_column(COMMENT_WORDS).op("@@")(wanted)
    query = select(Ticket.id).join(Comment, Comment.ticket_id == Ticket.id).where(said)
    return _narrowed(query.group_by(Ticket.id), actor, asked)


def _by_customer(actor: Actor, asked: Asked, words: Typed) -> Select[Any]:
    """As the list of tickets does."""
    named = literal_column(FOLDED_NAME).op("@@")(func.to_tsquery("simple", words.tsquery))
    query = select(Ticket.id).join(Customer, Customer.id == Ticket.customer_id).where(named)
    return _narrowed(query, actor, asked)


def _narrowed(query: Select[Any], actor: Actor, asked: Asked) -> Select[Any]:
    query = narrowed(query.where(scope.tickets(actor)), Ticket, asked)
    if asked.channel:
        query = query.join(Conversation, Conversation.id == Ticket.conversation_id)
        query = query.where(Conversation.channel == asked.channel)
    return within_days(query, Ticket.created_at, asked)


def _shown(ids: list[UUID]) -> Any:
    return (
        select(
            Ticket.id,
            Ticket.reference,
            Ticket.subject,
            Ticket.summary,
            Ticket.resolution,
            Ticket.market_code,
            Ticket.language,
            Ticket.status,
            Ticket.created_at,
            Customer.name,
        )
        .join(Customer, Customer.id == Ticket.customer_id, isouter=True)
        .where(Ticket.id.in_(ids))
    )


def _found(row: Any, words: Typed, *, near: bool) -> Found:
    told = " · ".join(filter(None, [row.summary, row.resolution])) or row.subject
    return Found(
        Thing.TICKET,
        row.id,
        row.subject,
        detail=" · ".join(filter(None, [row.reference, row.name])),
        market=row.market_code,
        language=row.language,
        status=row.status.value,
        at=row.created_at,
        snippet=snippet(told, words.words, near=near),
    )
