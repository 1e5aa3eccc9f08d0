"""What is on sale: for a line what it could change to, for anybody the mobile plans, or those of a
service that is named."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.catalog.queries import allowances_text, offers
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, spoken
from app.subscriptions.eligible import hindrances
from app.subscriptions.models import Line
from app.subscriptions.queries import current_plan


@bp.get("/conversations/<uuid:conversation_id>/plans")
@on_behalf("catalog.read")
def plans(asker: Asker) -> Answer:
    line, service = _line(asker), _service()
    if line is not None and service not in (None, line.service):
        line = None
    found = offers(
        asker.market.code,
        service=line.service if line else service or Service.MOBILE,
        mode=line.mode if line else None,
        kind=OfferKind.PLAN,
    )
    if line is not None:
        against = hindrances([line.account_id], found)
        found = [each for each in found if (line.account_id, each.id) not in against]
    current = current_plan(line).version.offer_id if line else None
    told = [_plan(each, each.offer_id == current, asker) for each in found]
    if line is None:
        for plan, version in zip(told, found, strict=True):
            plan["price_text"] = _with_terms(plan["price_text"], version)
    return {"plans": told}


def _service() -> Service | None:
    """None where none is named; raises Invalid for one that we do not have."""
    named = request.args.get("service")
    if named and named not in set(Service):
        raise Invalid(fields=["service"])
    return Service(named) if named else None


def _line(asker: Asker) -> Line | None:
    """None for strangers and for who has no line yet; a line that is named must be hers."""
    line_id = request.args.get("line_id")
    if line_id:
        return asker.line(line_id)
    try:
        return asker.line(None) if asker.verified else None
    except NotFound:
        return None


def _plan(version: OfferVersion, current: bool, asker: Asker) -> Answer:
    offer, price = version.offer, version.price_money
    return {
        "code": offer.code,
        "name": offer.name,
        "mode": offer.mode.value,
        "price": exact(price),
        "price_text": spoken(price, asker),
        "allowances_text": allowances_text(version, asker.language, asker.locale),
        "current": current,
    }


def _with_terms(price: str, version: OfferVersion) -> str:
    """Somebody without a line may choose: the same plan is sold in advance and by the month."""
    if version.offer.mode is Mode.PREPAID:
        return _("%(price)s for %(days)s days, prepaid", price=price, days=version.validity_days)
    return _("%(price)s a month, postpaid", price=price)
