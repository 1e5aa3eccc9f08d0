"""Opening the places where conversations come in."""

from collections.abc import Sequence
from typing import Any

from app.audit import service as audit
from app.conversations.models import Inbox
from app.core import db
from app.core.actor import Actor
from app.core.secrets import new_token
from app.markets import queries as markets


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
