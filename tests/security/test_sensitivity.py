"""The documents' three levels: what asks again, what takes a second person, and what of a company
a manager does. The table says what the code does."""

import ast

import pytest

from app.customers.models import CustomerKind
from app.identity.approvals import LIMITS
from app.identity.permissions import Sensitivity
from app.identity.sensitivity import DEEDS
from app.subscriptions import access
from app.subscriptions.errors import ManagerNeeded
from app.subscriptions.service import plans
from tests.conftest import ROOT
from tests.factories.actors import agent, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.security.browsers import staff_browser


def confirmed_deeds():
    """What the views call `confirmed("…", …)` for."""
    for path in ROOT.glob("app/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id == "confirmed" and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_what_the_table_says_asks_again_does():
    asks = set(confirmed_deeds()) | {"staff.manage", "data.export"}

    assert {deed for deed, rule in DEEDS.items() if rule.step_up} - asks == set()


def test_what_takes_a_second_person_has_limits_and_nothing_else_has():
    assert {deed for deed, rule in DEEDS.items() if rule.second_person} == set(LIMITS)


def test_cancelling_refunding_and_ways_to_pay_are_high():
    high = ("subscriptions.cancel", "payments.refund", "payments.methods")

    assert {DEEDS[each].level for each in high} == {Sensitivity.HIGH}
    assert DEEDS["subscriptions.change"].level is Sensitivity.MODERATE


@pytest.fixture
def companys(app):
    account = AccountFactory(customer__kind=CustomerKind.COMPANY)
    return line_with_plan(account=account), OfferVersionFactory()


def test_a_companys_plan_is_changed_by_a_manager(companys):
    line, version = companys
    of_ours = {"markets": [line.market_code]}

    with pytest.raises(ManagerNeeded):
        plans.change_plan(line.id, version.id, by=agent(**of_ours), effect_key="a")
    changed = plans.change_plan(line.id, version.id, by=staff("manager", **of_ours), effect_key="b")

    assert changed.offer_version_id == version.id


def test_an_agent_is_told_so_on_the_screen_and_still_sees_the_line(app, companys):
    line, version = companys
    browser = staff_browser(app, "agent", markets=[line.market_code])

    answer = browser.post(
        f"/desk/lines/{line.id}/quote", data={"offer_version_id": str(version.id)}
    )

    assert answer.status_code in {403, 404, 405}
    assert access.line_for(agent(markets=[line.market_code]), line.id).id == line.id


def test_a_persons_plan_is_changed_by_an_agent(app):
    line, version = line_with_plan(), OfferVersionFactory()

    changed = plans.change_plan(
        line.id, version.id, by=agent(markets=[line.market_code]), effect_key="a"
    )

    assert changed.offer_version_id == version.id
