"""Add-ons that a line may have now, with what they hold, cost and how long they last."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import OfferKind, OfferVersion, UsageKind
from app.catalog.queries import allowances_text, is_for_abroad, offers
from app.core.i18n import ngettext
from app.core.volumes import GIB
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, label, spoken
from app.subscriptions.eligible import hindrances
from app.subscriptions.models import Line


@bp.get("/conversations/<uuid:conversation_id>/addons")
@on_behalf("catalog.read")
def addons(asker: Asker) -> Answer:
    line = asker.line(request.args.get("line_id"))
    return {
        "line_id": str(line.id),
        "label": label(line),
        "addons": [told_addon(each, asker) for each in fitting_addons(line)],
    }


def fitting_addons(line: Line) -> list[OfferVersion]:
    """What its account may have of what is on sale for it, cheapest first."""
    found = offers(line.market_code, service=line.service, mode=line.mode, kind=OfferKind.ADD_ON)
    against = hindrances([line.account_id], found)
    return [each for each in found if (line.account_id, each.id) not in against]


def told_addon(version: OfferVersion, asker: Asker) -> Answer:
    days = version.validity_days
    return {
        "code": version.offer.code,
        "name": version.offer.name,
        "price": exact(version.price_money),
        "price_text": spoken(version.price_money, asker),
        "allowances_text": allowances_text(version, asker.language, asker.locale),
        "days": days,
        "validity_text": ngettext("%(num)s day", "%(num)s days", days) if days else None,
        "gigabytes": _gigabytes(version),
        "abroad": is_for_abroad(version, UsageKind.DATA),
    }


def _gigabytes(version: OfferVersion) -> float:
    """The data in it, by which customers name it; 0 without any or without a limit."""
    data = [each.quantity or 0 for each in version.allowances if each.kind is UsageKind.DATA]
    return round(sum(data) / GIB, 3)
