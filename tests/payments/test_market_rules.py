"""What a billing administrator may choose about payments, and what would break pages later."""

import pytest

from app.core.errors import Invalid
from app.markets import policies
from app.payments.policies import plan_policy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("payment_plans", {"most": 61}),
        ("payment_plans", {"most": -1}),
        ("payment_plans", {"most": "many"}),
        ("payment_plans", {"smallest": "NaN"}),
        ("payment_plans", {"smallest": "0"}),
        ("payment_plans", {"grace_days": 366}),
        ("payment_plans", {"first_after_days": 10**20}),
        ("payment_plans", [6]),
        ("double_recharge", {"within_minutes": 10**20}),
        ("double_recharge", {"within_minutes": -1}),
        ("double_recharge", {"action": "keep"}),
        ("double_recharge", 30),
        ("autopay_retry_days", [0]),
        ("autopay_retry_days", [61]),
        ("autopay_retry_days", [True]),
        ("autopay_retry_days", [1] * 11),
        ("autopay_retry_days", "13"),
        ("autopay_retry_days", 3),
        ("top_up_amounts", ["50", "Infinity"]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_name(name, value):
    with pytest.raises(Invalid) as refused:
        policies.check({name: value})

    assert refused.value.details == {"field": name}


def test_rules_that_make_sense_are_read():
    chosen = {"payment_plans": {"most": 12, "smallest": "99.50"}, "autopay_retry_days": [2, 5]}

    policies.check(chosen)

    assert (plan_policy(chosen).most, str(plan_policy(chosen).smallest)) == (12, "99.50")
