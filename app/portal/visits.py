"""Who talks through a widget: known by its token, and only from the sites of its inbox."""

from collections.abc import Iterable

from flask import request
from sqlalchemy import ARRAY, Text, and_, any_, literal, or_, select

from app.conversations.errors import OriginNotAllowed
from app.conversations.models import Inbox, WidgetSession
from app.conversations.service import chat
from app.conversations.service.chat import Visit
from app.core import clock, db, i18n


def bearer() -> str:
    """The token the request carries; empty for none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def current() -> Visit:
    """Whoever asks, and from now on in her language. Raises what `visit` does."""
    found = visit(bearer(), request.headers.get("Origin"))
    i18n.use_language(found.actor.language)
    return found


def visit(token: str, origin: str | None) -> Visit:
    """Raises WidgetSessionEnded for a token not good now, OriginNotAllowed for a foreign site.

    No origin at all is a page of our own: browsers leave it out when nothing crosses.
    """
    found = chat.visit_of(token)
    if origin is not None and origin not in inbox_of(found).allowed_origins:
        raise OriginNotAllowed
    return found


def inbox_of(found: Visit) -> Inbox:
    """The widget's, wherever the talk is held now."""
    return db.session.get_one(Inbox, found.inbox_id)


def is_site_of_ours(origin: str) -> bool:
    """Whether some inbox is embedded there, so that its pages may read our answers."""
    query = select(Inbox.id).where(Inbox.allowed_origins.contains([origin])).limit(1)
    return db.session.scalar(query) is not None


def live(token_hashes: Iterable[str]) -> set[str]:
    """Which of these widget sessions still count, in one statement."""
    moment = clock.now()
    wanted = any_(literal(list(token_hashes), ARRAY(Text)))
    query = select(WidgetSession.token_hash).where(
        WidgetSession.token_hash == wanted,
        WidgetSession.ended_at.is_(None),
        or_(
            WidgetSession.verified_at > moment - chat.VERIFIED_LIFE,
            and_(
                WidgetSession.verified_at.is_(None),
                WidgetSession.created_at > moment - chat.ANONYMOUS_LIFE,
            ),
        ),
    )
    return set(db.session.scalars(query))
