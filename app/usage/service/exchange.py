"""Exchange rates, for what visited networks charge in their own currencies."""

from datetime import date
from decimal import Decimal

from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.usage.models import ExchangeRate

_LENGTH_OF_CODE = 3


def set_exchange_rate(
    currency: str, home: str, day: date, rate: Decimal, *, by: Actor
) -> ExchangeRate:
    """`rate` units of `home` for one of `currency`, from that day until the next that has one.

    What was rated before stays. Raises Invalid for codes and rates that are none.
    """
    with db.transaction():
        by.must("markets.manage")
        codes = (currency, home)
        if currency == home or not all(c.isupper() and len(c) == _LENGTH_OF_CODE for c in codes):
            raise Invalid(field="currency")
        if not rate.is_finite() or rate <= 0 or rate != rate.quantize(Decimal("0.000001")):
            raise Invalid(field="rate")
        values = {"currency": currency, "home": home, "day": day}
        new = insert(ExchangeRate).values(**values, rate=rate)
        db.session.execute(
            new.on_conflict_do_update(index_elements=list(values), set_={"rate": rate})
        )
        audit.record(by, "exchange_rate.set", "market", home, currency=currency, day=day, rate=rate)
        key = (currency, home, day)
        return db.session.get_one(ExchangeRate, key, populate_existing=True)
