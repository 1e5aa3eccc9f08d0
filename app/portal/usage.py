"""What was used on each of the last thirty days."""

import json
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.volumes import KIB
from app.portal import bp
from app.portal.cards import Card, cards_of
from app.portal.me import me
from app.usage import queries
from app.usage.queries import DaySum
from app.web.locale import day
from app.web.login import customer_with

DAYS = 30


@bp.get("/my/usage")
@customer_with("usage.read")
def usage() -> ResponseReturnValue:
    cards = cards_of(me().id)
    card = _chosen(cards, request.args.get("line", ""))
    days = queries.daily(card.line_id, DAYS) if card else []
    charts = _charts(days)
    return render_template("portal/usage.html", cards=cards, card=card, charts=charts)


def _chosen(cards: list[Card], line_id: str) -> Card | None:
    """The line asked for, else the first. Raises NotFound for somebody else's."""
    if not line_id:
        return cards[0] if cards else None
    try:
        wanted = UUID(line_id)
    except ValueError:
        raise NotFound from None
    for card in cards:
        if card.line_id == wanted:
            return card
    raise NotFound


def _charts(days: list[DaySum]) -> list[dict[str, object]]:
    """Kind, name, sum, and the points as the chart's script reads them; unused kinds have none."""
    kinds = [
        ("data", _("Data"), KIB**3, "GB"),
        ("voice", _("Calls"), 60, "min"),
        ("sms", _("SMS"), 1, "SMS"),
    ]
    charts: list[dict[str, object]] = []
    for kind, name, per, unit in kinds:
        quantities = [getattr(each, kind) for each in days]
        if any(quantities):
            points = {
                "days": [day(each.day, "short") for each in days],
                "values": [round(quantity / per, 3) for quantity in quantities],
                "unit": unit,
            }
            total = sum(quantities)
            charts.append(
                {"kind": kind, "name": name, "total": total, "points": json.dumps(points)}
            )
    return charts
