"""Searching everything from one page: filters, what matches marked, exact finds first."""

from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.conversations.models import Status as TalkStatus
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.markets import queries as markets
from app.search import queries
from app.search.asked import KINDS, Asked, Found, Thing
from app.search.snippets import marked
from app.tickets.models import Status
from app.web import htmx
from app.web.fields import day
from app.web.login import current_actor, staff_with
from app.workspace import bp

_LONGEST = 200
_OF_ONE_KIND = 50
_OF_EACH = 8
_CHANNELS = ("webchat", "email", "sms", "whatsapp", "messenger", "telegram", "voice", "ussd")
ICONS = {
    Thing.TICKET: "ticket",
    Thing.CONVERSATION: "messages",
    Thing.CUSTOMER: "user",
    Thing.LINE: "device-mobile",
    Thing.INVOICE: "file-invoice",
    Thing.ARTICLE: "book",
}


@bp.get("/desk/search")
@staff_with("workspace.enter")
def search() -> ResponseReturnValue:
    actor, asked = current_actor(), _asked()
    results = queries.search(actor, asked, limit=_OF_ONE_KIND if asked.kind else _OF_EACH)
    return htmx.show(
        "workspace/search/search.html",
        "workspace/search/_results.html",
        asked=asked,
        results=results,
        kinds=KINDS,
        icons=ICONS,
        address=address_of,
        marked=marked,
        markets=markets.markets_of(actor),
        channels=_CHANNELS,
        statuses=list(dict.fromkeys([*Status, *TalkStatus])),
    )


def address_of(found: Found) -> str:
    if found.thing is Thing.TICKET:
        return url_for("workspace.ticket", ticket_id=found.key)
    if found.thing is Thing.CONVERSATION:
        return url_for("workspace.conversation", conversation_id=found.key)
    if found.thing is Thing.INVOICE:
        return url_for("workspace.invoice", invoice_id=found.key)
    if found.thing is Thing.ARTICLE:
        return url_for("workspace.article", slug=found.key, language=found.language)
    return url_for("workspace.customer", customer_id=found.key)


def _asked() -> Asked:
    """Unknown values count as not chosen."""
    given = request.args
    return Asked(
        text=given.get("q", "").replace("\0", "").strip()[:_LONGEST],
        kind=_one_of("kind", {each.value for each in KINDS}),
        market=_one_of("market", {each.code for each in markets.markets_of(current_actor())}),
        language=_one_of("language", set(LANGUAGES)),
        channel=_one_of("channel", set(_CHANNELS)),
        status=_one_of("status", {*Status, *TalkStatus}),
        since=_day("since"),
        until=_day("until"),
    )


def _one_of(name: str, allowed: set[str]) -> str:
    value = request.args.get(name, "")
    return str(value) if value in allowed else ""


def _day(name: str) -> date | None:
    try:
        return day(request.args.get(name, ""), field=name)
    except Invalid:
        return None
