"""An agent looks at a line's records and asks why one costs what it costs."""

from datetime import UTC, datetime, timedelta

import pytest

from app.catalog.models import UsageKind
from app.core import clock
from app.core.actor import SYSTEM
from app.usage import service
from app.usage.records import NewRecord
from app.usage.roaming import Abroad, TapCharge
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

MAY_10 = datetime(2026, 5, 10, 18, tzinfo=UTC)
RATES = {"voice": {"per": 60, "price": "0.20", "minimum": 60, "increment": 1, "connect": "0.40"}}


@pytest.fixture
def line(database):
    plan = OfferVersionFactory(
        includes={UsageKind.VOICE: 100, UsageKind.DATA: None}, rates={**RATES}
    )
    return line_with_plan(plan, activated_at=MAY_10 - timedelta(days=9))


def bring(line, *what):
    records = [
        NewRecord(line.id, kind, at, quantity, "+525587654321") for kind, at, quantity in what
    ]
    with clock.moved_to(MAY_10 + timedelta(days=3)):
        assert service.ingest(records, by=SYSTEM).accepted == len(records)
    return records


def path(line, *rest, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return "/".join([f"/desk/lines/{line.id}/records", *(str(each) for each in rest)]) + f"?{query}"


def test_the_records_of_a_line_are_there_by_kind_and_by_day_of_its_market(desk, line):
    late = MAY_10.replace(hour=4)  # the 9th in Mexico City
    bring(
        line, (UsageKind.VOICE, late, 61), (UsageKind.VOICE, MAY_10, 7), (UsageKind.DATA, late, 9)
    )

    everything = desk.get(path(line)).get_data(as_text=True)
    day = desk.get(path(line, day="2026-05-09", kind="voice")).get_data(as_text=True)

    assert everything.count('class="record"') == 3
    assert day.count('class="record"') == 1
    assert "61 s" in day
    assert "No records match." in desk.get(path(line, day="2026-05-01")).get_data(as_text=True)


def test_why_a_record_costs_what_it_costs(desk, line):
    _, dear = bring(
        line, (UsageKind.VOICE, MAY_10, 90), (UsageKind.VOICE, MAY_10 + timedelta(hours=1), 131)
    )

    page = desk.get(path(line, dear.identity)).get_data(as_text=True)

    # 10 s of the allowance were left; 121 s cost 0.20 a minute: 0.403333 becomes 0.40.
    assert "10 s" in page
    assert "121 s at MX$0.20 for 60 s: MX$0.403333" in page
    assert "MX$0.40" in page
    assert "MX$0.403333, rounded once" in page


def test_a_charge_of_a_visited_network_is_shown_with_its_rate_and_markup(desk, line):
    abroad = Abroad("26201", TapCharge(12345, 3, "MXN"))
    record = NewRecord(line.id, UsageKind.VOICE, MAY_10, 60, abroad=abroad)
    with clock.moved_to(MAY_10 + timedelta(days=1)):
        service.ingest([record], by=SYSTEM)

    page = desk.get(path(line, record.identity)).get_data(as_text=True)

    assert "12.345 MXN × 1 on May 10, 2026, plus 0 %: MX$12.345" in page


def test_a_page_follows_the_other_and_costs_as_many_statements(desk, line, session):
    bring(line, *((UsageKind.DATA, MAY_10 + timedelta(seconds=n), n) for n in range(45)))

    first = desk.get(path(line)).get_data(as_text=True)
    with statements(session) as few:
        desk.get(path(line, day="2026-05-11"))
    after = first.split("after=")[1].split("&")[0].split('"')[0]
    with statements(session) as more:
        second = desk.get(path(line, after=after)).get_data(as_text=True)

    assert (first.count('class="record"'), second.count('class="record"')) == (20, 20)
    assert "24 B" in second
    assert "25 B" not in second
    # Once more for all of them: which hidden fields are shown to her just now.
    assert len(more) == len(few) + 1 <= 8


@pytest.mark.parametrize(
    "asked", [{"kind": "steam"}, {"day": "yesterday"}, {"day": "9999-12-31"}, {"after": "x~y"}]
)
def test_what_cannot_be_understood_is_refused(desk, line, asked):
    assert desk.get(path(line, **asked)).status_code == 400


def test_another_market_s_line_and_another_line_s_record_are_not_found(sign_in, desk, line):
    [record] = bring(line, (UsageKind.VOICE, MAY_10, 60))
    stranger = sign_in(name="Beatriz Lima", roles=["agent"], markets=["BR"])
    other = line_with_plan(activated_at=MAY_10)

    assert stranger.get(path(line)).status_code == 404
    assert stranger.get(path(line, record.identity)).status_code == 404
    assert desk.get(path(other, record.identity)).status_code == 404
