from datetime import date, timedelta

import pytest

from app.catalog.eligibility import (
    Conditions,
    Facts,
    Held,
    conditions_of,
    reasons_against,
    stored,
)
from app.catalog.models import Mode, Service
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money

TODAY = date(2026, 4, 11)


def held(code="plus-20gb", service=Service.MOBILE, price="299.00"):
    ids = {"line_id": new_id(), "subscription_id": new_id()}
    return Held(
        **ids,
        service=service,
        mode=Mode.POSTPAID,
        offer_code=code,
        name=code,
        price=Money.of(price, "MXN"),
    )


def facts(*lines, since=date(2024, 4, 12), account_since=TODAY, **more):
    known = {
        "market_code": "MX",
        "currency": "MXN",
        "segment": "consumer",
        "city": "Puebla",
        "on": TODAY,
        "customer_since": since,
        "account_since": account_since,
    }
    return Facts(**{**known, **more}, lines=lines)


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        ({}, []),
        ({"segments": ("consumer", "student")}, []),
        ({"segments": ("student",)}, ["Only for customers of the segment student."]),
        ({"markets": ("BR",)}, ["Only in BR."]),
        ({"cities": ("PUEBLA",)}, []),
        ({"cities": ("Tijuana", "Mérida")}, ["Only in Tijuana, Mérida."]),
        ({"plans": ("plus-20gb",)}, []),
        ({"plans": ("max",)}, ["Only with one of the plans max."]),
        ({"without_plans": ("plus-20gb",)}, ["Not together with plus-20gb."]),
        ({"services": ("mobile", "fibre")}, ["Only together with fibre."]),
        ({"min_tenure_months": 23}, []),
        (
            {"min_tenure_months": 24},
            ["Only from 24 months as a customer on; it is 23 now."],
        ),
        ({"max_tenure_months": 12}, ["Only in the first 12 months as a customer."]),
        ({"min_account_days": 1}, ["Only for accounts of at least 1 days; this one has 0."]),
        ({"max_account_days": 30}, []),
        ({"min_lines": 2}, ["Only from 2 lines on; there are 1."]),
        ({"max_lines": 1}, []),
        ({"max_lines": 0}, ["Only for up to 0 lines; there are 1."]),
        (
            {"segments": ("student",), "min_lines": 3},
            [
                "Only for customers of the segment student.",
                "Only from 3 lines on; there are 1.",
            ],
        ),
    ],
)
def test_every_reason_against_it_is_told(asked, reasons):
    assert reasons_against(Conditions(**asked), facts(held())) == reasons


@pytest.mark.parametrize(
    ("since", "months"),
    [
        (date(2026, 4, 11), 0),
        (date(2026, 3, 12), 0),
        (date(2026, 3, 11), 1),
        (date(2025, 4, 11), 12),
        (date(2025, 4, 12), 11),
        (TODAY + timedelta(days=40), 0),
    ],
)
def test_tenure_is_in_whole_months(since, months):
    assert facts(since=since).tenure_months == months


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"segment": ["x"]}, "segment"),
        ({"segments": "consumer"}, "segments"),
        ({"segments": [""]}, "segments"),
        ({"services": ["gas"]}, "services"),
        ({"min_lines": -1}, "min_lines"),
        ({"min_lines": True}, "min_lines"),
        ({"max_lines": "3"}, "max_lines"),
    ],
)
def test_what_is_no_condition_is_refused_by_name(given, field):
    with pytest.raises(Invalid) as refused:
        conditions_of(given)

    assert refused.value.details == {"field": field}


def test_conditions_are_read_as_they_were_stored():
    asked = Conditions(segments=("student",), min_lines=2)

    assert stored(asked) == {"segments": ["student"], "min_lines": 2}
    assert conditions_of(stored(asked)) == asked
