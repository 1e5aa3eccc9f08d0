"""What she may be asking to have back: payments, and outages where she lives."""

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.names import SERVICES
from app.core.i18n import gettext as _
from app.network import queries as network
from app.network.models import Outage
from app.payments.refundable import Refundable, refundable
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, moment_text, spoken


@bp.get("/conversations/<uuid:conversation_id>/refundable")
@on_behalf("payments.read")
def refundable_payments(asker: Asker) -> Answer:
    return {
        "payments": [_refundable(each, asker) for each in refundable(asker.customer.id)],
        "outages": _outages(asker),
    }


def _refundable(found: Refundable, asker: Asker) -> Answer:
    payment = found.payment
    return {
        "payment_id": str(payment.id),
        "twice": found.twice,
        "amount": exact(found.left),
        "amount_text": spoken(found.left, asker),
        "day_text": moment_text(payment.settled_at or payment.created_at, asker),
    }


def _outages(asker: Asker) -> list[Answer]:
    """Where she lives, lately; whether anything is due for one is for people to say."""
    found = network.outages_lately(asker.customer.market_code, asker.customer.city)
    return [{"text": _outage_text(each, asker)} for each in found]


def _outage_text(outage: Outage, asker: Asker) -> str:
    return _(
        "%(service)s in %(area)s on %(day)s",
        service=str(SERVICES[outage.service]),
        area=outage.area,
        day=moment_text(outage.started_at, asker),
    )
