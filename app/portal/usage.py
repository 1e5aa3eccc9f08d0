"""What was used on each of the last thirty days."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.catalog.models import UsageKind
from app.core.errors import NotFound
from app.core.ids import as_id
from app.portal import bp
from app.portal.cards import Card, cards_of
from app.portal.me import me
from app.usage import queries
from app.web.charts import usage_chart, used
from app.web.login import customer_with

DAYS = 30


@bp.get("/my/usage")
@customer_with("usage.read")
def usage() -> ResponseReturnValue:
    cards = cards_of(me().id)
    card = _chosen(cards, request.args.get("line", ""))
    days = queries.daily(card.line_id, DAYS) if card else []
    charts = [
        (kind, total, usage_chart(days, kind)) for kind in UsageKind if (total := used(days, kind))
    ]
    return render_template("portal/usage.html", cards=cards, card=card, charts=charts)


def _chosen(cards: list[Card], line_id: str) -> Card | None:
    """The line asked for, else the first. Raises NotFound for somebody else's."""
    if not line_id:
        return cards[0] if cards else None
    wanted = as_id(line_id)
    for card in cards:
        if card.line_id == wanted:
            return card
    raise NotFound
