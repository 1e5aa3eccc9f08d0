"""Solved tickets that are like an open one, with what solved them: only what an agent may see."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.exc import DBAPIError

from app.assist import corpus
from app.assist.likeness import Likeness, Matter, likeness, rarity, stems_of
from app.assist.models import Kind, SuggestionAnswer
from app.catalog.models import Offer, OfferKind, OfferVersion
from app.conversations import queries as talks
from app.conversations.models import Author, Conversation, MessageKind
from app.core import db
from app.core.actor import Actor
from app.search import scope
from app.search.models import TICKET_WORDS
from app.search.queries.newest import newest
from app.subscriptions.models import Subscription
from app.tickets.models import SOLVED_STATUSES, Ticket

log = structlog.get_logger(__name__)

_MOST_COMPARED = 150
_MOST_WORDS = 12
_MOST_SHOWN = 3
# Words of the customer that say what it is about, beside those of the ticket.
_SAYINGS = 6
_MESSAGES = 30


@dataclass(frozen=True, slots=True)
class Similar:
    ticket: Ticket
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class About:
    """What something is looked for: a ticket, a talk, or both. `but` is not among the found."""

    matter: Matter
    language: str
    but: UUID | None = None


def about_ticket(ticket: Ticket) -> About:
    return About(_matter(ticket, _products([ticket])), ticket.language, ticket.id)


def about_talk(talk: Conversation, ticket: Ticket | None) -> About:
    """What she said of late counts as well as what the ticket tells."""
    latest = talks.latest_messages(talk.id, for_staff=False, limit=_MESSAGES)
    said = [e.body for e in latest if e.author is Author.CUSTOMER and e.kind is MessageKind.TEXT]
    words = " ".join(said[-_SAYINGS:])
    if ticket is None:
        return About(Matter(words, (talk.learnt or {}).get("topic", "")), talk.language)
    found = _matter(ticket, _products([ticket]))
    matter = Matter(
        f"{found.text} {words}", found.topic, found.category_id, found.outage, found.product
    )
    return About(matter, talk.language, ticket.id)


def solved_like(
    actor: Actor, about: About, *, declined: Iterable[UUID] = (), limit: int = _MOST_SHOWN
) -> list[Similar]:
    """The most alike first, each resolution once. Without any when the search is away or slow."""
    mine = stems_of(about.matter.text)
    if not mine:
        return []
    try:
        with db.session.begin_nested():
            found = _candidates(actor, about, list(mine))
    except DBAPIError:
        log.warning("similar_down", exc_info=True)
        return []
    turned_down = set(declined)
    return _best([e for e in found if e.id not in turned_down], about, mine)[:limit]


def declined_of(*, ticket_id: UUID | None = None, conversation_id: UUID | None = None) -> set[UUID]:
    """Whose resolutions somebody did not want for this."""
    query = select(SuggestionAnswer.offered).where(
        SuggestionAnswer.kind == Kind.RESOLUTION, SuggestionAnswer.accepted.is_(False)
    )
    if ticket_id is not None and conversation_id is not None:
        mine = SuggestionAnswer.ticket_id == ticket_id
        query = query.where(or_(mine, SuggestionAnswer.conversation_id == conversation_id))
    elif ticket_id is not None:
        query = query.where(SuggestionAnswer.ticket_id == ticket_id)
    else:
        query = query.where(SuggestionAnswer.conversation_id == conversation_id)
    return {UUID(each) for each in db.session.scalars(query)}


def _candidates(actor: Actor, about: About, stems: Sequence[str]) -> Sequence[Ticket]:
    """The newest of those that have one of its longest words: those are the rarest, mostly."""
    longest = sorted(stems, key=lambda each: -len(each))[:_MOST_WORDS]
    wanted = func.to_tsquery("simple", " | ".join(f"'{each}':*" for each in longest))
    query = select(Ticket.id).where(
        literal_column(TICKET_WORDS).op("@@")(wanted),
        scope.tickets(actor),
        Ticket.status.in_(SOLVED_STATUSES),
        Ticket.language == about.language,
        func.length(Ticket.resolution) > 1,
        Ticket.id.is_distinct_from(about.but),
    )
    ids, _count = newest(query, order=Ticket.id, limit=_MOST_COMPARED)
    return db.session.scalars(select(Ticket).where(Ticket.id.in_(ids))).all() if ids else []


def _best(found: Sequence[Ticket], about: About, mine: dict[str, str]) -> list[Similar]:
    products = _products(found)
    others = [stems_of(corpus.text_of(each)) for each in found]
    weights = rarity([mine, *others])
    scored = [
        Similar(each, likeness(about.matter, _matter(each, products), (mine, its), weights))
        for each, its in zip(found, others, strict=True)
    ]
    alike = [each for each in scored if each.likeness.is_alike]
    alike.sort(key=lambda each: (-each.likeness.score, -each.ticket.created_at.timestamp()))
    once: dict[str, Similar] = {}
    for each in alike:
        once.setdefault(each.ticket.resolution.strip().casefold(), each)
    return list(once.values())


def _matter(ticket: Ticket, products: dict[UUID, str]) -> Matter:
    line_id = _line_id(ticket)
    return Matter(
        text=corpus.text_of(ticket),
        topic=ticket.topic.value,
        category_id=ticket.category_id,
        outage=ticket.parent_id,
        product=products.get(line_id, "") if line_id else "",
    )


def _products(tickets: Sequence[Ticket]) -> dict[UUID, str]:
    """By line, the code of the plan that it is on. One statement."""
    ids = {line_id for each in tickets if (line_id := _line_id(each))}
    if not ids:
        return {}
    query = (
        select(Subscription.line_id, Offer.code)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            Subscription.line_id.in_(ids),
            Subscription.kind == OfferKind.PLAN,
            Subscription.ends_at.is_(None),
        )
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _line_id(ticket: Ticket) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(ticket.context.get("line_id", "")))
    return None
