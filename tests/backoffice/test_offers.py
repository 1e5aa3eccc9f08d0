import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.catalog.models import Mode, Offer, OfferDraft, OfferVersion, UsageKind
from app.core import db
from tests.billing.committed import count, only
from tests.factories.catalog import GIB, OfferFactory, OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")

NEW = {
    "market": "MX",
    "code": "plus-30gb",
    "name": "Plus 30GB",
    "kind": "plan",
    "service": "mobile",
    "mode": "postpaid",
    "price": "349,50",
    "has_data": "some",
    "allowance_data": "30",
    "has_voice": "unlimited",
    "price_data": "0.25",
    "price_sms": "0.85",
    "minimum_sms": "1",
}


@pytest.fixture(autouse=True)
def mexico(app):
    return MarketFactory()


def save(office, **more):
    return office.post("/office/offers/draft", data={**NEW, **more})


def test_the_list_is_of_ones_markets_and_narrowed_by_what_is_asked(office):
    OfferVersionFactory(offer=OfferFactory(name="Plus 20GB"))
    OfferVersionFactory(offer=OfferFactory(name="Fibra 300", code="fibra-300", service="fibre"))
    MarketFactory(brazil=True)
    OfferVersionFactory(offer=OfferFactory(name="Combo BR", market_code="BR"))

    everything = office.get("/office/offers").text
    fibre = office.get("/office/offers?service=fibre&market=MX").text
    said = office.get("/office/offers?q=plus").text

    assert [name in everything for name in ("Plus 20GB", "Fibra 300", "Combo BR")] == [
        True,
        True,
        False,
    ]
    assert ("Fibra 300" in fibre, "Plus 20GB" in fibre) == (True, False)
    assert ("Fibra 300" in said, "Plus 20GB" in said) == (False, True)


def test_a_draft_is_seen_by_its_keepers_only_until_it_is_published(office):
    where = save(office).headers["HX-Redirect"]

    page = office.get(where).text
    assert (count(Offer), count(OfferDraft)) == (0, 1)
    assert "MX$349.50" in page
    assert "30 GB" in page

    answer = office.post(f"{where}/publish")

    version = only(OfferVersion)
    assert answer.headers["HX-Redirect"] == f"/office/offers/{version.offer_id}"
    assert (version.price, version.offer.name) == (Decimal("349.50"), "Plus 30GB")
    assert {each.kind: each.quantity for each in version.allowances} == {
        UsageKind.DATA: 30 * GIB,
        UsageKind.VOICE: None,
    }
    assert version.rates == {
        "data": {"per": 1024**2, "price": "0.25"},
        "sms": {"per": 1, "price": "0.85", "minimum": 1},
    }
    assert count(OfferDraft) == 0


def test_a_draft_tells_what_it_changes_and_for_how_many_lines_it_does_not(office):
    version = OfferVersionFactory(offer=OfferFactory(code="plus-30gb", name="Plus 30GB"))
    line_with_plan(version)
    line_with_plan(version)

    page = office.get(save(office).headers["HX-Redirect"]).text

    row = re.search(r"Price</th><td[^>]*>(.*?)</td><td[^>]*><strong>(.*?)</strong>", page)
    assert row.groups() == ("MX$299.00", "MX$349.50")
    assert "2 lines have this offer now and keep their version." in page
    assert "Name</th>" not in page, "what stays is not told"


def test_the_form_begins_from_the_last_version_and_changes_nothing_by_itself(office):
    version = OfferVersionFactory(
        rates={
            "data": {"per": 1024**2, "price": "0.05"},
            "voice": {"per": 30, "price": "0.60"},
        },
        conditions={"segments": ["student"]},
    )

    page = office.get(f"/office/offers/{version.offer_id}/draft").text
    form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    form |= dict(re.findall(r'<select[^>]*name="(\w+)".*?<option value="(\w+)" selected', page))
    tariffs = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    form["tariffs"] = tariffs.replace("&#34;", '"')
    del form["csrf_token"]
    where = office.post("/office/offers/draft", data=form).headers["HX-Redirect"]

    assert json.loads(form["tariffs"]) == {"voice": {"per": 30, "price": "0.60"}}
    assert "the draft is as the last version" in office.get(where).text


def test_versions_are_a_timeline_and_a_version_may_be_still_to_come(office):
    first = OfferVersionFactory(offer=OfferFactory(code="plus-30gb"))
    line_with_plan(first)
    where = save(office, valid_from="2999-01-01T00:00").headers["HX-Redirect"]

    office.post(f"{where}/publish")

    page = office.get(f"/office/offers/{first.offer_id}").text
    assert page.index("Version 2") < page.index("Version 1")
    assert "To come" in page
    assert "1 line<" in page
    [second] = [v for v in db.session.query(OfferVersion) if v.number == 2]
    assert second.valid_from == datetime(2999, 1, 1, 6, tzinfo=UTC)  # midnight in Mexico


def test_what_is_withdrawn_is_shown_as_such(office):
    version = OfferVersionFactory()

    office.post(f"/office/offers/{version.offer_id}/withdraw")

    assert only(Offer).withdrawn_at is not None
    assert "Withdrawn" in office.get(f"/office/offers/{version.offer_id}").text


def test_a_draft_is_thrown_away(office):
    where = save(office).headers["HX-Redirect"]

    assert office.post(f"{where}/discard").headers["HX-Redirect"] == "/office/offers"
    assert count(OfferDraft) == 0


def test_saving_again_replaces_the_draft(office):
    first = save(office).headers["HX-Redirect"]

    second = save(office, price="199").headers["HX-Redirect"]

    assert first == second
    assert only(OfferDraft).price == 199


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"price": ""}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1e9"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "10.005"}, "price"),
        ({"code": "Ñandú"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"service": "gas"}, "service"),
        ({"mode": "prepaid"}, "validity_days"),
        ({"validity_days": "1.5"}, "validity_days"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"allowance_data": ""}, "allowance_data"),
        ({"has_data": "much"}, "has_data"),
        ({"tariffs": "{"}, "tariffs"),
        ({"tariffs": "[]"}, "tariffs"),
        ({"tariffs": '{"fax": {"per": 1, "price": "1"}}'}, "rates"),
        ({"tariffs": '{"voice": {"per": 0, "price": "1"}}'}, "rates"),
        ({"tariffs": '{"data": {"per": 1, "price": "1"}}'}, "price_data"),
        ({"only_min_lines": "-1"}, "only_min_lines"),
        ({"only_services": "gas"}, "services"),
        ({"market": ""}, "market"),
        ({"offer_id": "x"}, "offer_id"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(office, more, field):
    answer = save(office, **more)

    assert (answer.status_code, answer.headers["X-Field"]) == (400, field)
    assert count(OfferDraft) == 0


def test_offers_of_another_market_are_not_found(office):
    MarketFactory(brazil=True)
    other = OfferVersionFactory(offer=OfferFactory(market_code="BR"))

    for path in (f"/office/offers/{other.offer_id}", f"/office/offers/{other.offer_id}/draft"):
        assert office.get(path).status_code == 404
    assert office.post(f"/office/offers/{other.offer_id}/withdraw").status_code == 404
    assert save(office, market="BR").status_code == 404


def test_agents_have_no_business_here(sign_in):
    assert sign_in(roles=["agent"]).get("/office/offers").status_code == 403


def test_the_list_takes_as_many_statements_for_many_as_for_few(office, session):
    def sent(number):
        for _ in range(number):
            line_with_plan(OfferVersionFactory())
        session.expire_all()
        with statements(session) as seen:
            assert office.get("/office/offers", plain=True).status_code == 200
        return len(seen)

    assert sent(2) == sent(40)


def test_prepaid_and_postpaid_under_one_code_are_two_offers(office):
    save(office)
    save(office, mode="prepaid", validity_days="28")

    assert {each.mode for each in db.session.query(OfferDraft)} == {Mode.PREPAID, Mode.POSTPAID}
