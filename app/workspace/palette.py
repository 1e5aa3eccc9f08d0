"""What the command palette finds while one types, as JSON: a few of each kind, names first."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.search import queries
from app.search.asked import Asked, Found, Thing
from app.search.snippets import Piece, marked
from app.subscriptions import queries as lines
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.labels import label
from app.workspace.search import ICONS, address_of

_EACH = 5
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Result:
    url: str
    title: list[Piece]
    detail: list[Piece]
    kind: str
    icon: str


@bp.get("/desk/palette")
@staff_with("workspace.enter")
def palette() -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:100]
    found = _found(current_actor(), text) if len(text) >= _FEWEST_LETTERS else []
    return jsonify(results=[asdict(each) for each in found])


def _found(actor: Actor, text: str) -> list[Result]:
    """A look at everything is offered unless nothing is there to be seen."""
    results = queries.search(actor, Asked(text), limit=_EACH)
    found = [_result(each, text) for each in results.exact]
    if actor.may("customers.read") and not found:
        found += _lines(actor, text)
    for thing in (Thing.CUSTOMER, Thing.TICKET, Thing.CONVERSATION, Thing.ARTICLE):
        found += [_result(each, text) for each in results.found.get(thing, [])]
    if found or results.down:
        everything = url_for("workspace.search", q=text)
        title = [Piece(_("All results for “%(text)s”", text=text))]
        found.append(Result(everything, title, [], _("Search"), "search"))
    return found


def _result(found: Found, text: str) -> Result:
    said = found.snippet if found.thing is Thing.CONVERSATION else marked(found.detail, text)
    kind = str(label(found.thing.value, "one_thing"))
    return Result(address_of(found), marked(found.title, text), said, kind, ICONS[found.thing])


def _lines(actor: Actor, text: str) -> Iterator[Result]:
    """Also by the last digits of a number."""
    for each in lines.lines_by_number(actor, text, limit=_EACH):
        url = url_for("workspace.customer", customer_id=each.customer_id)
        yield Result(
            url, [Piece(each.number)], [Piece(each.market_code)], _("Line"), "device-mobile"
        )
