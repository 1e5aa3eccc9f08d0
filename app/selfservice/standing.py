"""How AutoPay stands with her, in words, and the limit that is proposed for her bills."""

from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from app.billing import queries as billing
from app.core import db
from app.core.i18n import gettext as _
from app.core.money import Money
from app.payments.models import AutoPayMandate
from app.subscriptions import msisdn
from app.subscriptions.models import Line

_LOOKS_AT, _STEP = 3, Decimal(50)


def autopay_limit(account_id: UUID, currency: str) -> Money:
    """Twice the highest of her last bills, in steps of fifty: room for an ordinary month, not for a
    mistake."""
    bills = billing.invoices_of(account_ids=[account_id], limit=_LOOKS_AT)
    highest = max((each.total for each in bills), default=_STEP)
    steps = (max(highest, _STEP) * 2 / _STEP).to_integral_value(rounding=ROUND_CEILING)
    return Money(steps * _STEP, currency)


def autopay_of_text(mandate: AutoPayMandate) -> str:
    """What a mandate pays: the bills, or the credit of a line."""
    if mandate.line_id is None:
        return _("your bills")
    return msisdn.for_people(db.session.get_one(Line, mandate.line_id).number)
