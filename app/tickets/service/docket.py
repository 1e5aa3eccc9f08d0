"""The number of a complaint, told at once where its policy asks for that."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.conversations.service import messages
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.customers.notices import notify
from app.markets import queries as markets
from app.tickets.models import Goal, Ticket
from app.tickets.sla import Promise


def send_where_asked(ticket: Ticket, promises: Mapping[Goal, Promise]) -> None:
    """In her conversation, and as a notice that she keeps; once, in the caller's transaction."""
    if not promises[Goal.RESOLUTION].policy.docket:
        return
    if ticket.conversation_id is not None:
        key = f"docket:{ticket.id}"
        messages.say(ticket.conversation_id, _words(ticket), by=SYSTEM, client_key=key)
    if ticket.customer_id is not None:
        notify(
            ticket.customer_id,
            "complaint_registered",
            by=SYSTEM,
            effect_key=f"docket:{ticket.id}",
            number=ticket.reference,
            day=ticket.resolve_by,
        )


def _words(ticket: Ticket) -> str:
    market = markets.market(ticket.market_code)
    day = ticket.resolve_by.astimezone(ZoneInfo(market.timezone)).date()
    with speaking(ticket.language):
        return _(
            "Your complaint is registered. Its number is %(number)s, and you have our answer by "
            "%(day)s at the latest.",
            number=ticket.reference,
            day=format_date(day, format="long", locale=market.locale_for(ticket.language)),
        )
