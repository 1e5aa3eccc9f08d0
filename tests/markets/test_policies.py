from decimal import Decimal

import pytest

from app.core.errors import Invalid
from app.core.money import Rounding
from app.markets import policies as rules
from app.markets.policies import (
    Action,
    BucketRule,
    Interval,
    LateUsage,
    Overage,
    Policies,
    Proration,
    RateRounding,
    Step,
    TariffBoundary,
    TaxRounding,
)

OPENING = {"timezone": "America/Mexico_City", "tax_rate": "0.16"}


def test_what_a_market_does_not_choose_is_as_the_rules_say():
    """BILLING.md, policies of a market: the column `default`."""
    assert rules.policies(OPENING) == Policies(
        timezone="America/Mexico_City",
        tax_rate=Decimal("0.16"),
        interval=Interval.HALF_OPEN,
        proration=Proration.ACTUAL_DAYS,
        money_rounding=Rounding.HALF_UP,
        rate_rounding=RateRounding.PER_RECORD,
        tariff_boundary=TariffBoundary.SPLIT,
        tax_inclusive=False,
        tax_rounding=TaxRounding.PER_INVOICE,
        bucket_order=(BucketRule.EXPIRY, BucketRule.PRIORITY, BucketRule.AGE),
        overage=Overage.MONEY,
        dunning=(
            Step(0, Action.NOTICE, "payment_due"),
            Step(15, Action.BLOCK_OUTGOING, "outgoing_blocked"),
            Step(60, Action.DISCONNECT, "disconnected"),
        ),
        late_usage=LateUsage.NEXT_BILL,
    )


def test_what_is_stored_is_read_as_it_was():
    chosen = rules.policies({**OPENING, "tax_halves": ["CGST", "SGST"], "interval": "inclusive"})

    assert rules.policies(rules.stored(chosen)) == chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proration", "by_moon"),
        ("timezone", "Mexico"),
        ("timezone", "../../etc/passwd"),
        ("tax_rate", "1"),
        ("tax_rate", "-0.1"),
        ("tax_rate", "NaN"),
        ("tax_rate", "0.123456"),
        ("tax_inclusive", "yes"),
        ("tax_halves", ["CGST"]),
        ("bucket_order", ["expiry", "priority"]),
        ("bucket_order", ["expiry", "expiry", "age"]),
        ("due_days", -1),
        ("due_days", True),
        ("due_days", "15"),
        ("quarantine_days", 99999),
        ("dunning", [{"after_days": 5, "action": "shout"}]),
        ("dunning", [{"after_days": 5, "action": "notice"}, {"after_days": 9, "action": "notice"}]),
        (
            "dunning",
            [{"after_days": 1, "action": "disconnect"}, {"after_days": 9, "action": "notice"}],
        ),
        ("dunning", [{"action": "notice"}]),
        ("dunning", [{"after_days": 0, "action": "notice", "template": "<b>"}]),
        ("status", "x"),
    ],
)
def test_what_is_no_policy_is_refused_by_name(name, value):
    with pytest.raises(Invalid) as refused:
        rules.policies({**OPENING, name: value})

    assert refused.value.details == {"field": name}


def test_changes_are_told_setting_by_setting():
    before = rules.policies(OPENING)
    after = rules.policies({**OPENING, "proration": "fixed_30", "due_days": 15})

    assert rules.changed(before, after) == {"proration": ("actual_days", "fixed_30")}
