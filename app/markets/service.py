"""Opening a country of operation and changing its policies."""

from decimal import Decimal
from typing import Any

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.markets.models import Market

DEFAULT_POLICIES: dict[str, Any] = {
    "proration": "actual_days",
    "money_rounding": "half_up",
    "tax_rounding": "per_invoice",
    "dunning": [
        {"after_days": 0, "action": "notice"},
        {"after_days": 15, "action": "block_outgoing"},
        {"after_days": 60, "action": "disconnect"},
    ],
}


def open_market(
    code: str,
    *,
    by: Actor,
    name: str,
    currency: str,
    timezone: str,
    language: str,
    locale: str,
    region: str,
    tax_name: str,
    tax_rate: Decimal,
    tax_inclusive: bool,
    due_days: int,
    policies: dict[str, Any] | None = None,
) -> Market:
    """`tax_rate` is a fraction (0.16); `policies` override DEFAULT_POLICIES."""
    with db.transaction():
        by.must("markets.manage")
        market = Market(
            code=code,
            name=name,
            currency=currency,
            timezone=timezone,
            language=language,
            locale=locale,
            region=region,
            tax_name=tax_name,
            tax_rate=tax_rate,
            tax_inclusive=tax_inclusive,
            due_days=due_days,
            policies={**DEFAULT_POLICIES, **(policies or {})},
        )
        db.session.add(market)
        audit.record(by, "market.opened", "market", code)
    return market
