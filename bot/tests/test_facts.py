"""What is found in a message by its shape."""

import pytest

from components.facts import facts_in


def found(text, entity):
    return [each["value"] for each in facts_in(text) if each["entity"] == entity]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("the 20 giga one", "plus-20gb"),
        ("no, mejor la de 5 gigas", "starter-5gb"),
        ("la ilimitada", "max-unlimited"),
        ("MAX", "max-unlimited"),
        ("quero o família", "family-share"),
        ("o de 600 megas", "fibra-600"),
        ("fiber 300 please", "fibra-300"),
        ("tv mix", "tv-mix"),
        ("no la de 5, la de 20", "plus-20gb"),
    ],
)
def test_plans_are_found_by_what_customers_call_them(text, plan):
    assert found(text, "plan_name")[-1] == plan


def test_other_facts_are_found_as_written():
    text = "Soy ana@x.mx, 55 1234 5678, me cobraron $1,299.00 el 12/11, caso TT-2026-000123"

    assert found(text, "email") == ["ana@x.mx"]
    assert found(text, "phone_number") == ["55 1234 5678"]
    assert found(text, "amount") == ["$1,299.00"]
    assert found(text, "date") == ["12/11"]
    assert found(text, "ticket_number") == ["TT-2026-000123"]


def test_prices_are_no_plans():
    assert found("recarga de 300 pesos y 20 más", "plan_name") == []
