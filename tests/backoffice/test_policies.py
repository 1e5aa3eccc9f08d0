import re

import pytest

from app.core import clock
from app.markets import policies as rules
from app.markets import queries, service
from app.markets.models import PolicyVersion
from app.markets.policies import Action, Interval, Proration
from tests.billing.committed import count, only
from tests.factories.actors import staff
from tests.factories.markets import MarketFactory
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")

STEPS = {
    "step_days_0": "0",
    "step_action_0": "notice",
    "step_template_0": "payment_due",
    "step_days_1": "20",
    "step_action_1": "block_outgoing",
}


@pytest.fixture(autouse=True)
def mexico(app):
    return MarketFactory()


def test_the_list_shows_what_is_in_force_in_each_market_of_ones_own(office):
    MarketFactory(brazil=True)

    page = office.get("/office/policies").text

    assert "México" in page
    assert "by the days of the month" in page
    assert "Brasil" not in page


def test_the_next_reader_reads_her_own_language(office):
    seen = []
    for language in ("es", "pt"):
        office.browser.set_cookie("language", language, domain="localhost")
        seen.append(office.get("/office/policies/MX").text)

    assert ["Días para pagar una factura" in page for page in seen] == [True, False]


def test_what_a_change_means_is_told_before_it_is_made(office):
    page = office.post(
        "/office/policies/MX/preview", data={"proration": "fixed_30", "interval": "half_open"}
    ).text

    # 299 × 21 of 31 days; then 20 of 30.
    assert "credit MX$202.55, charge MX$405.77" in page
    assert "credit MX$199.33, charge MX$399.33" in page
    assert "Change the policies" in page
    assert count(PolicyVersion) == 0


def test_policies_are_changed_as_the_form_says_and_stay_in_the_history(office):
    form = {"proration": "fixed_30", "tax_percent": "18", "note": "New law", "seen": "0", **STEPS}

    answer = office.post("/office/policies/MX", data=form)

    chosen = queries.policies_at("MX", clock.now())
    assert answer.headers["HX-Redirect"] == "/office/policies/MX"
    assert (chosen.proration, str(chosen.tax_rate)) == (Proration.FIXED_30, "0.18")
    assert [(s.after_days, s.action) for s in chosen.dunning] == [
        (0, Action.NOTICE),
        (20, Action.BLOCK_OUTGOING),
    ]
    page = office.get("/office/policies/MX").text
    assert re.search(r"<del>16|<del>0.16", page)
    assert "Bill Okafor" in page
    assert "New law" in page


def test_what_is_left_out_of_the_form_stays_as_it_is(office):
    office.post("/office/policies/MX", data={"interval": "inclusive"})

    chosen = queries.policies_at("MX", clock.now())
    assert (chosen.interval, chosen.due_days) == (Interval.INCLUSIVE, 10)
    assert only(PolicyVersion).changes == {"interval": "inclusive"}


def test_what_other_domains_declare_is_edited_as_json_and_undone(office, monkeypatch):
    monkeypatch.setattr(rules, "_declared", {"port_out": lambda chosen: int(chosen["days"])})
    path = "/office/policies/MX"

    assert '"port_out": null' in office.get(path).text.replace("&#34;", '"')
    assert office.post(path, data={"others": '{"port_out": {"days": "x"}}'}).status_code == 400
    assert office.post(path, data={"others": '{"leaving": {}}'}).status_code == 400
    assert office.post(path, data={"others": '{"port_out": {"days": 60}}'}).status_code == 204

    assert queries.settings_at("MX", clock.now())["port_out"] == {"days": 60}
    office.post(f"/office/policies/versions/{only(PolicyVersion).id}/undo")
    assert "port_out" not in queries.settings_at("MX", clock.now())


def test_a_change_is_undone_with_one_click(office):
    made = service.change_policies(
        "MX", {"due_days": 20}, by=staff("billing_administrator", name="Bill")
    )

    answer = office.post(f"/office/policies/versions/{made.id}/undo")

    assert answer.status_code == 204
    assert queries.policies_at("MX", clock.now()).due_days == 10


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"proration": "by_moon"}, "invalid"),
        ({"due_days": "many"}, "invalid"),
        ({"tax_percent": "101"}, "invalid"),
        ({"tax_percent": "-1"}, "invalid"),
        ({"effective_from": "yesterday"}, "invalid"),
        ({"effective_from": "2020-01-01T00:00"}, "too_early"),
        ({"due_days": "20", "effective_from": "9999-12-31T23:59"}, "invalid"),
        ({"others": '{"usage_limits": [86400]}'}, "invalid"),
        ({"others": '{"approval_limits": "none"}'}, "invalid"),
        ({"step_days_0": "5", "step_action_0": "shout"}, "invalid"),
        ({"due_days": "20", "seen": "7"}, "not_the_latest"),
        ({"timezone": "Asia/Kolkata"}, "invalid"),
        ({}, "nothing_changes"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(office, form, code):
    answer = office.post("/office/policies/MX", data=form)

    assert answer.headers["X-Refusal"] == code
    assert count(PolicyVersion) == 0


@pytest.mark.parametrize("path", ["/office/policies/BR", "/office/policies/a%00"])
def test_another_market_is_not_found(office, path):
    MarketFactory(brazil=True)

    assert office.get(path).status_code == 404
    assert office.post(path, data={"due_days": "20"}).status_code == 404


def test_agents_have_no_business_here(sign_in):
    desk = sign_in(roles=["agent"])

    assert desk.get("/office/policies").status_code == 403
    assert "/office/policies" not in desk.get("/desk/", plain=True).text


def test_the_page_takes_as_many_statements_with_a_long_history(office, session):
    def sent():
        session.expire_all()
        with statements(session) as seen:
            assert office.get("/office/policies/MX", plain=True).status_code == 200
        return len(seen)

    few = sent()
    for days in range(30, 50):
        office.post("/office/policies/MX", data={"due_days": str(days)})

    assert sent() <= few
