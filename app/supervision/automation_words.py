"""Words for what rules did and would do."""

from datetime import timedelta
from typing import Any, Literal

from babel.dates import format_timedelta

from app.automation.errors import NobodyThere, NobodyToTell, NoTalk, NoTicket, ReplyIsGone, UnderWay
from app.conversations.errors import NotYourConversation
from app.core.errors import Forbidden, NotFound
from app.core.i18n import lazy
from app.supervision import bp
from app.tickets.errors import CannotTakeTickets, TicketNotOpen, TicketNotYours
from app.web.filters import spoken
from app.web.locale import locale
from app.web.trail_fields import neat
from app.web.words import AUTOMATION

_REFUSALS = (
    NobodyThere, NobodyToTell, NoTalk, NoTicket, ReplyIsGone, UnderWay, NotYourConversation,
    Forbidden, NotFound, CannotTakeTickets, TicketNotOpen, TicketNotYours,
)  # fmt: skip
WORDS: dict[str, Any] = {
    **AUTOMATION,
    "too_often": lazy("it changed the same ten times within an hour"),
    "chain_too_deep": lazy("too many rules set each other off"),
    **{each.code: each.message for each in _REFUSALS},
}


_Unit = Literal["day", "hour", "minute"]
_UNITS: tuple[tuple[_Unit, int], ...] = (("day", 24 * 60), ("hour", 60), ("minute", 1))


def lasting(minutes: int) -> str:
    """In the largest unit that is whole: "3 days", "90 minutes"."""
    unit = next(unit for unit, size in _UNITS if minutes % size == 0)
    never = float("inf")  # are there enough of these for a larger one
    return format_timedelta(
        timedelta(minutes=minutes), granularity=unit, threshold=never, locale=locale()
    )


def automation_word(value: object) -> str:
    text = str(value)
    return str(WORDS.get(text) or neat(text))


bp.add_app_template_filter(spoken(automation_word), "automation_word")
bp.add_app_template_filter(spoken(lasting), "lasting")
