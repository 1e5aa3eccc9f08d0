import contextlib
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
            Step(0, Action.NOTICE),
            Step(15, Action.BLOCK_OUTGOING),
            Step(60, Action.DISCONNECT),
        ),
        late_usage=LateUsage.NEXT_BILL,
    )


def test_what_is_stored_is_read_as_it_was():
    settings = {**OPENING, "tax_halves": ["CGST", "SGST"], "interval": "inclusive"}

    assert rules.policies(rules.stored(settings)) == rules.policies(settings)


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
        ("dunning", {"action": "notice"}),
        ("dunning", 5),
        ("bucket_order", None),
        ("tax_rate", 10**400),
        ("dunning", [{"after_days": 0, "action": "notice", "template": "<b>"}]),
    ],
)
def test_what_is_no_policy_is_refused_by_name(name, value):
    with pytest.raises(Invalid) as refused:
        rules.policies({**OPENING, name: value})

    assert refused.value.details == {"field": name}


def test_changes_are_told_setting_by_setting():
    after = {**OPENING, "proration": "fixed_30", "due_days": 15}

    assert rules.changed(OPENING, after) == {"proration": ("actual_days", "fixed_30")}


def test_what_another_domain_reads_is_left_to_it_and_changed_only_when_declared(monkeypatch):
    monkeypatch.setattr(rules, "_declared", {})
    settings = {**OPENING, "port_out": {"active_days": 60}}

    assert rules.policies(settings) == rules.policies(OPENING)
    with pytest.raises(Invalid):
        rules.check({"port_out": {"active_days": 60}})

    rules.declare("port_out", lambda chosen: int(chosen["active_days"]))
    rules.check({"port_out": {"active_days": 60}})
    rules.check({"port_out": None})
    for wrong in ({}, {"active_days": "many"}, 5):
        with pytest.raises(Invalid) as refused:
            rules.check({"port_out": wrong})
        assert refused.value.details == {"field": "port_out"}
    assert rules.changed(OPENING, settings) == {"port_out": (None, {"active_days": 60})}
    assert rules.folded(settings, [{"port_out": None}]) == OPENING


@pytest.mark.parametrize(
    "value",
    [[1], [[1]], ["a", "b"], "x", 5, -1, 1e400, True, {}, {"a": 1}, {"data": 1}, {"voice": [1]}],
    ids=repr,
)
def test_a_setting_of_another_shape_is_refused_or_read_and_never_breaks(value):
    assert "usage_limits" in rules.declared()
    for name in rules.declared():
        with contextlib.suppress(Invalid):
            rules.check({name: value})


@pytest.mark.parametrize(
    "limits",
    [{"voice": -1}, {"voice": 1.5}, {"voice": "many"}, {"vioce": 60}, {"ahead_minutes": 10**12}],
)
def test_limits_of_usage_that_make_no_sense_are_refused(limits):
    with pytest.raises(Invalid) as refused:
        rules.check({"usage_limits": limits})

    assert refused.value.details == {"field": "usage_limits"}
    rules.check({"usage_limits": {"voice": 3600, "ahead_minutes": 0}})
