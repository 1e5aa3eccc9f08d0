from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock, db
from app.core.actor import SYSTEM
from app.tickets import rule_queries, service
from app.tickets.models import RuleKind, SlaRule, Topic
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements

WEEK = {day: "09:00-18:00" for day in ("mon", "tue", "wed", "thu", "fri")}  # noqa: C420
CALENDAR = {
    "name": "Office",
    "market": "MX",
    "own_days": "2026-12-24 09:00-13:00\n2026-12-31",
    **WEEK,
}
POLICY = {
    "name": "Companies", "market": "MX", "segments": ["enterprise"], "warn_at": "80",
    "stands": ["resolution"], "first_response_urgent": "5m", "resolution_urgent": "4h 30m",
    "resolution_normal": "1d",
}  # fmt: skip
CASE = {"market": "MX", "priority": "urgent", "topic": "billing", "segment": "enterprise"}


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def boss(sign_in):
    MarketFactory()
    return sign_in(name="Sofía Restrepo", language="en", roles=["supervisor"])


def rules(kind):
    return rule_queries.rules_for(actors.staff("supervisor", markets=("MX",)), kind)


def test_a_supervisor_decides_calendar_chain_and_policy_and_they_are_shown(boss):
    assert boss.post("/board/promises/calendars", data=CALENDAR).status_code == 204
    step = {"deed_0": "notify", "occasion_0": "warning", "after_0": "10m", "whom_0": "owner"}
    chain = {"name": "Late", "market": "MX", **step}
    assert boss.post("/board/promises/chains", data=chain).status_code == 204
    (calendar,), (chain,) = rules(RuleKind.CALENDAR), rules(RuleKind.CHAIN)
    more = {"calendar": str(calendar.key), "chain": str(chain.key)}

    assert boss.post("/board/promises/policies", data=POLICY | more).status_code == 204

    (policy,) = rules(RuleKind.POLICY)
    assert policy.content["targets"]["resolution"] == {"urgent": 16_200, "normal": 86_400}
    assert "Companies" in text_of(boss.get("/board/promises"))
    page = text_of(boss.get(f"/board/promises/policies/{policy.key}"))
    assert 'value="4h 30m"' in page
    assert 'value="10m"' in text_of(boss.get(f"/board/promises/chains/{chain.key}"))
    assert "2026-12-31" in text_of(boss.get(f"/board/promises/calendars/{calendar.key}"))
    assert boss.get("/board/promises/policies/new").status_code == 200
    assert boss.get("/board/promises/chains/new").status_code == 200


def test_it_is_tried_out_before_it_holds(boss):
    boss.post("/board/promises/calendars", data=CALENDAR)
    boss.post("/board/promises/policies", data=POLICY)

    why = text_of(boss.post("/board/promises/try", data=CASE))
    other = text_of(boss.post("/board/promises/try", data=CASE | {"segment": "consumer"}))
    when = text_of(
        boss.post(
            "/board/promises/calendars/try",
            data=CALENDAR | {"opened_at": "2026-12-24T12:30", "within": "1h"},
        )
    )

    assert "Holds for: First answer, Solution" in " ".join(why.split())
    assert "Does not fit: Segment" in other
    assert "Dec 24, 2026" in when
    assert "Dec 25, 2026, 9:30:00" in when


@pytest.mark.parametrize(
    ("kind", "wrong", "code"),
    [
        ("calendars", {"name": "Never", "market": "MX"}, "no_working_time"),
        ("calendars", CALENDAR | {"mon": "18:00-09:00"}, "invalid"),
        ("calendars", CALENDAR | {"own_days": "tomorrow"}, "invalid"),
        ("policies", POLICY | {"resolution_urgent": "soon"}, "no_such_time"),
        ("policies", {"name": "Nothing", "market": "MX"}, "policy_promises_nothing"),
        ("policies", POLICY | {"calendar": "01890000-0000-7000-8000-000000000000"}, "invalid"),
        ("policies", POLICY | {"name": ""}, "invalid"),
        ("policies", POLICY | {"market": ""}, "invalid"),
        ("chains", {"name": "Empty"}, "invalid"),
        ("nonsense", POLICY, "not_found"),
    ],
)
def test_what_cannot_be_is_refused_plainly(boss, kind, wrong, code):
    answer = boss.post(f"/board/promises/{kind}", data=wrong)

    assert 400 <= answer.status_code < 500
    assert code in text_of(answer) or answer.headers.get("X-Refusal", code) == code
    assert db.session.query(SlaRule).count() == 0


def test_two_who_change_the_same_are_told(boss):
    boss.post("/board/promises/policies", data=POLICY)
    (policy,) = rules(RuleKind.POLICY)
    path = f"/board/promises/policies/{policy.key}"

    assert boss.post(path, data=POLICY | {"seen": "1", "warn_at": "50"}).status_code == 204
    assert boss.post(path, data=POLICY | {"seen": "1", "warn_at": "60"}).status_code == 409
    assert boss.post(f"{path}/end").status_code == 204
    assert boss.get(path).status_code == 404


def test_agents_decide_nothing_and_see_their_clocks(boss, sign_in):
    ana = sign_in(language="en", roles=["agent"])
    assert ana.get("/board/promises").status_code == 403
    assert ana.get("/board/at-risk").status_code == 403
    ticket = service.open(
        by=SYSTEM, subject="x", topic=Topic.OTHER, customer_id=CustomerFactory().id
    )

    page = text_of(ana.get(f"/desk/tickets/{ticket.id}"))
    queue = text_of(ana.get("/desk/queue"))

    assert page.count('data-clock="running"') == 2
    assert "Answer in" in queue
    assert "Solve in" not in queue


def test_what_is_at_risk_is_listed_in_a_constant_number_of_statements(boss, session):
    def late():
        with clock.moved_to(datetime.now(UTC) - timedelta(hours=2)):
            service.open(
                by=SYSTEM, subject="Router", topic=Topic.OTHER, customer_id=CustomerFactory().id
            )

    late()
    with statements(session) as one:
        boss.get("/board/at-risk")
    for _ in range(4):
        late()
    with statements(session) as many:
        page = text_of(boss.get("/board/at-risk"))

    assert page.count('data-clock="breached"') == 5
    assert len(many) == len(one)
