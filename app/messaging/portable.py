"""Inboxes without their secrets, as the file of the configuration has them."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import select

from app.conversations import chat_settings
from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES, lazy
from app.core.portable import Item, Section
from app.identity import teams
from app.identity.models import Team
from app.messaging import hours
from app.messaging.service.inboxes import words_of

_SEPARATOR = "/"


class InboxItem(Item):
    """Accounts and passwords of its provider are not in a file: a new inbox is off until they
    are entered."""

    language: str
    bot: bool = True
    team: str | None = None
    origins: tuple[str, ...] = ()
    hours: dict[str, Any] = {}
    welcome_words: str = ""
    closed_words: str = ""
    chat: dict[str, Any] = {}


class Inboxes(Section):
    """`MX/sms/Aurora SMS`."""

    name = "inboxes"
    words = lazy("Inboxes, without secrets")
    kind = InboxItem
    permission = "inboxes.manage"

    def export(self) -> Mapping[str, Item]:
        return {key: _item(inbox, team) for key, (inbox, team) in _by_key().items()}

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("InboxItem", item)
        market, channel, name = _parts(key)
        if wanted.language not in LANGUAGES:
            raise Invalid(field="language")
        known = _by_key().get(key)
        if known is None:
            inbox = inboxes.open_inbox(
                by=by,
                channel=channel,
                name=name,
                market_code=market,
                language=wanted.language,
                bot_on=wanted.bot,
            )
            inboxes.change(inbox, by=by, is_on=False)
        else:
            by.must("inboxes.manage")
            inbox = db.session.get_one(Inbox, known[0].id, with_for_update=True)
        inboxes.change(
            inbox,
            by=by,
            language=wanted.language,
            bot_on=wanted.bot,
            team_id=teams.id_of_named(wanted.team),
            allowed_origins=chat_settings.checked_origins(wanted.origins),
            hours=hours.checked(wanted.hours),
            welcome_words=words_of(wanted.welcome_words, "welcome_words"),
            closed_words=words_of(wanted.closed_words, "closed_words"),
            chat=chat_settings.rechecked(wanted.chat),
        )


def _by_key() -> dict[str, tuple[Inbox, str | None]]:
    query = select(Inbox, Team.name).outerjoin(Team, Team.id == Inbox.team_id).order_by(Inbox.id)
    found: dict[str, tuple[Inbox, str | None]] = {}
    for inbox, team in db.session.execute(query):
        parts = (inbox.market_code, inbox.channel, inbox.name)
        found.setdefault(_SEPARATOR.join(parts), (inbox, team))
    return found


def _item(inbox: Inbox, team: str | None) -> InboxItem:
    return InboxItem(
        language=inbox.language,
        bot=inbox.bot_on,
        team=team,
        origins=tuple(inbox.allowed_origins),
        hours=inbox.hours,
        welcome_words=inbox.welcome_words,
        closed_words=inbox.closed_words,
        chat=inbox.chat,
    )


def _parts(key: str) -> tuple[str, str, str]:
    market, channel, name = (*key.split(_SEPARATOR, 2), "", "", "")[:3]
    if not (market and channel and name):
        raise Invalid(field="inbox")
    return market, channel, name
