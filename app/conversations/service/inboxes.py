"""Opening the places where conversations come in, and looking after them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, update

from app.audit import service as audit
from app.conversations.cleaning import shortened
from app.conversations.models import Inbox
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.secrets import new_token
from app.markets import queries as markets

# Shown as a light: to the half minute is near enough, and spares a statement a message.
_OFTEN = timedelta(seconds=30)


def open_inbox(
    *,
    by: Actor,
    channel: str,
    name: str,
    market_code: str,
    language: str,
    allowed_origins: Sequence[str] = (),
    theme: dict[str, Any] | None = None,
    bot_on: bool = True,
) -> Inbox:
    """A new instance of a channel with a fresh key and secret. Raises NotFound for no market."""
    with db.transaction():
        by.must("inboxes.manage")
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        inbox = Inbox(
            channel=channel,
            name=name,
            market_code=markets.market(market_code).code,
            language=language,
            key=new_token()[:16],
            secret=new_token(),
            allowed_origins=list(allowed_origins),
            theme=theme or {},
            bot_on=bot_on,
        )
        db.session.add(inbox)
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "inbox.opened", "inbox", inbox.id, channel=channel, market=market_code)
    return inbox


def change(
    inbox: Inbox, *, by: Actor, settings: Mapping[str, str] | None = None, **changes: Any
) -> None:
    """Joins the caller's transaction, which holds the row. Of settings only their names are put
    into the trail."""
    changed = {name: new for name, new in changes.items() if getattr(inbox, name) != new}
    before = {name: getattr(inbox, name) for name in changed}
    for name, new in changed.items():
        setattr(inbox, name, new)
    trail: dict[str, Any] = {name: (before[name], new) for name, new in changed.items()}
    if settings is not None and dict(settings) != inbox.settings:
        trail["settings"] = sorted(
            {name for name, _ in set(settings.items()) ^ set(inbox.settings.items())}
        )
        inbox.settings = dict(settings)
    if trail:
        inbox.version += 1
        audit.record(by, "inbox.changed", "inbox", inbox.id, **trail)


def went_well(inbox_id: UUID) -> None:
    """Its provider answered."""
    now = clock.now()
    old = or_(
        Inbox.last_ok_at.is_(None),
        Inbox.last_ok_at < now - _OFTEN,
        Inbox.last_error_at > Inbox.last_ok_at,
    )
    db.session.execute(update(Inbox).where(Inbox.id == inbox_id, old).values(last_ok_at=now))


def went_wrong(inbox_id: UUID, error: str) -> None:
    """Its provider did not answer, or not well."""
    told = {"last_error": shortened(error, 500), "last_error_at": clock.now()}
    db.session.execute(update(Inbox).where(Inbox.id == inbox_id).values(**told))
