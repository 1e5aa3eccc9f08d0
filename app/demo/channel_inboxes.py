"""The demo's inboxes of channels: those of the sandbox, set up and switched on."""

from typing import Any

from sqlalchemy import select

from app.conversations.models import Inbox
from app.core import db
from app.core.actor import SYSTEM
from app.demo.world import sandbox
from app.demo.world.sandbox import Reached
from app.messaging import switch
from app.messaging.service import inboxes

LANGUAGES = {"MX": "es", "BR": "pt", "IN": "en"}
NAMES = {
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "telegram": "Telegram",
    "email": "E-mail",
}


def open_all() -> None:
    """Those whose provider is plugged in."""
    for known in sandbox.REACHED:
        if switch.provider(known.channel, known.provider) is not None:
            open_one(known)


def open_one(known: Reached) -> Inbox:
    name, language = f"Aurora {NAMES[known.channel]}", LANGUAGES[known.market]
    inbox = inboxes.open_inbox(
        by=SYSTEM,
        channel=known.channel,
        provider=known.provider,
        market_code=known.market,
        name=name,
        language=language,
    )
    inboxes.set_up(
        inbox.id,
        by=SYSTEM,
        name=name,
        address=known.address,
        language=language,
        settings=known.settings,
        weekly={},
        bot_on=True,
        sandbox=True,
    )
    return inboxes.turn(inbox.id, on=True, by=SYSTEM)


def told() -> list[dict[str, Any]]:
    """What the sandbox's providers must know of them: where each is called."""
    found = db.session.scalars(select(Inbox).where(Inbox.sandbox))
    return [{"channel": each.channel, "address": each.address, "key": each.key} for each in found]
