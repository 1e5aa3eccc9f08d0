"""What the command palette finds: customers, lines, tickets and articles, as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.customers import queries as customers
from app.subscriptions import queries as lines
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.ticket_list import Filters, page_of
from kb import access as kb_access
from kb import queries as kb

_EACH = 5
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Result:
    url: str
    title: str
    detail: str
    kind: str
    icon: str


@bp.get("/desk/palette")
@staff_with("workspace.enter")
def palette() -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:100]
    found = _found(current_actor(), text) if len(text) >= _FEWEST_LETTERS else []
    return jsonify(results=[asdict(each) for each in found])


def _found(actor: Actor, text: str) -> list[Result]:
    found: list[Result] = []
    if actor.may("customers.read"):
        found += [*_customers(actor, text), *_lines(actor, text)]
    if actor.may("tickets.read"):
        found += _tickets(actor, text)
    if actor.may("kb.read"):
        found += _articles(actor, text)
    return found


def _customers(actor: Actor, text: str) -> Iterator[Result]:
    for each in customers.search(actor, text, limit=_EACH):
        url = url_for("workspace.customer", customer_id=each.id)
        yield Result(url, each.name, f"{each.reference} · {each.email}", _("Customer"), "user")


def _lines(actor: Actor, text: str) -> Iterator[Result]:
    for each in lines.lines_by_number(actor, text, limit=_EACH):
        url = url_for("workspace.customer", customer_id=each.customer_id)
        yield Result(url, each.number, each.market_code, _("Line"), "device-mobile")


def _tickets(actor: Actor, text: str) -> Iterator[Result]:
    page = page_of(actor, Filters(status="", text=text), after=None)
    for each in page.items[:_EACH]:
        url = url_for("workspace.ticket", ticket_id=each.id)
        yield Result(url, each.subject, each.reference, _("Ticket"), "ticket")


def _articles(actor: Actor, text: str) -> Iterator[Result]:
    audience = kb_access.audience_of(actor)
    for hit in kb.search(text, language(), audience=audience, limit=_EACH):
        url = url_for("workspace.article", slug=hit.slug)
        yield Result(url, hit.title, hit.summary, _("Article"), "book")
