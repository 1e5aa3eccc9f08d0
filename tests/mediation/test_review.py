"""Somebody decides on what is odd: once, with a trail, and one decides while the other is told."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.mediation import queries, service
from app.mediation.errors import AlreadyDecided, CannotBeAccepted, StillRefused
from app.mediation.events import UsageAnomaliesRepeated, UsageCustomerFlagged
from app.mediation.models import Anomaly, Decision, Suspect
from tests.billing.committed import at_once
from tests.factories.actors import agent, staff
from tests.factories.mediation import AnomalyFactory, LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.mediation.conftest import MAY_1, later, message, records

BY = staff("billing_administrator")


@pytest.fixture(autouse=True)
def layout(request):
    if "committing" not in request.fixturenames:
        request.getfixturevalue("database")
        LayoutFactory(json=True)


def put_aside(*messages):
    service.take("gateway", "\n".join(messages).encode(), by=SYSTEM)
    return db.session.scalars(select(Anomaly).order_by(Anomaly.id.desc())).first()


def fields(line, **more):
    return {
        "number": line.number,
        "kind": "voice",
        "started_at": "2026-05-10T18:00:00+00:00",
        "quantity": "60",
        **more,
    }


def trail():
    return [each.action for each in db.session.scalars(select(AuditEntry))]


def test_an_absurd_quantity_is_rated_once_somebody_says_it_is_true(line):
    odd = put_aside(message(line, 100_000))

    service.accept(odd.id, by=BY)

    assert (records(), odd.decision, odd.decided_by) == ([100_000], Decision.ACCEPTED, "Ana Ruiz")
    assert trail() == ["usage_anomaly.accepted"]
    with pytest.raises(AlreadyDecided) as refused:
        service.reject(odd.id, "No", by=staff("billing_administrator", name="Beto"))
    assert refused.value.details == {"by": "Ana Ruiz", "decision": "accepted"}
    assert records() == [100_000]


def test_an_unknown_number_is_tried_again_and_rated_when_it_is_known_by_now(database):
    odd = put_aside(message("+525599999999"))

    with pytest.raises(StillRefused) as refused:
        service.accept(odd.id, by=BY)
    assert refused.value.details == {"reason": "unknown_line"}
    assert odd.is_open
    line_with_plan(number="+525599999999", activated_at=MAY_1)
    service.accept(odd.id, by=BY)

    assert records() == [60]


def test_what_is_not_sound_cannot_be_accepted(line):
    for wrong in (message(line, -5), message(line, currency="USD"), '{"kind": "voice"}'):
        odd = put_aside(wrong)
        with pytest.raises(CannotBeAccepted):
            service.accept(odd.id, by=BY)
    assert records() == []


def test_a_corrected_record_is_judged_anew(line):
    odd = put_aside('{"msisdn": "", "kind": "voice"}')

    with pytest.raises(StillRefused):
        service.correct(odd.id, fields(line, number="+525500000000"), by=BY)
    for wrong in ({"quantity": "many"}, {"started_at": "2026-05-10T18:00:00"}, {"kind": "fax"}):
        with pytest.raises(Invalid):
            service.correct(odd.id, fields(line, **wrong), by=BY)
    with pytest.raises(StillRefused):
        service.correct(odd.id, fields(line, quantity="-1"), by=BY)
    service.correct(odd.id, fields(line, quantity="61"), by=BY)

    assert (records(), odd.decision) == ([61], Decision.CORRECTED)
    assert trail() == ["usage_anomaly.corrected"]


def test_a_record_is_not_put_on_a_line_of_a_market_of_others(line):
    foreign = line_with_plan(market_code=_brazil(), number="+5511987654321", activated_at=MAY_1)
    mexico = staff("billing_administrator", markets=["MX"])
    odd = put_aside(message("+525500000000"))

    with pytest.raises(StillRefused) as refused:
        service.correct(odd.id, fields(line, number=foreign.number), by=mexico)

    assert refused.value.details == {"reason": "unknown_line"}
    service.correct(odd.id, fields(line, number=foreign.number), by=BY)
    assert records() == [60]


def test_of_two_contents_under_one_name_the_second_can_be_rated_as_its_own(line):
    put_aside(message(line, 60, id="cdr-1"))
    odd = put_aside(message(line, 75, id="cdr-1"))

    service.correct(odd.id, fields(line, quantity="75"), by=BY)

    assert records() == [60, 75]


def test_rejecting_says_why(line):
    odd = put_aside(message(line, -5))

    with pytest.raises(Invalid):
        service.reject(odd.id, "  ", by=BY)
    service.reject(odd.id, "Test call", by=BY)

    assert (odd.decision, odd.note, records()) == (Decision.REJECTED, "Test call", [])


def test_many_at_once_each_by_itself(line):
    absurd = [put_aside(message(line, 100_000 + n)) for n in range(3)]
    negative = put_aside(message(line, -5))

    done = service.accept_all([each.id for each in [*absurd, negative]], by=BY)
    assert (done.done, done.refused) == (3, {"cannot_be_accepted": 1})
    done = service.reject_all([each.id for each in [*absurd, negative]], "Test", by=BY)
    assert (done.done, done.refused) == (1, {"already_decided": 3})
    assert len(records()) == 3


def test_a_customer_with_many_odd_records_is_suggested_once_and_flagged_by_a_person(line):
    with heard(UsageAnomaliesRepeated, UsageCustomerFlagged) as said:
        for n in range(8):
            put_aside(message(line, -1 - n, later(n)))
    assert said == [UsageAnomaliesRepeated(line.customer_id, 5)]
    assert [each.customer_id for each in queries.suspects(BY)] == [line.customer_id]

    with heard(UsageCustomerFlagged) as said:
        service.flag_customer(line.customer_id, "Bypass?", by=BY)

    suspect = db.session.scalars(select(Suspect)).one()
    assert (suspect.flagged_by, suspect.note) == ("Ana Ruiz", "Bypass?")
    assert said == [UsageCustomerFlagged(line.customer_id, "Bypass?")]
    assert trail() == ["customer.usage_flagged"]
    service.clear_customer(line.customer_id, by=BY)
    assert queries.suspects(BY) == []


def test_the_queue_is_filtered_counted_and_paged(line):
    for n in range(3):
        put_aside(message(line, -1 - n))
    put_aside(message("+525500000000"))
    foreign = AnomalyFactory(market_code=_brazil())

    page = queries.anomalies(BY, queries.Filters(reason="bad_quantity"), after=None, size=2)
    rest = queries.anomalies(
        BY, queries.Filters(reason="bad_quantity"), after=str(page.next_after), size=2
    )

    assert (len(page.items), len(rest.items), rest.next_after) == (2, 1, None)
    mexico = staff("billing_administrator", markets=["MX"])
    assert queries.counts(mexico) == {"bad_quantity": 3, "unknown_line": 1}
    today = clock.now().date().isoformat()
    assert len(queries.anomalies(mexico, queries.Filters(day=today), after=None).items) == 4
    assert queries.anomalies(mexico, queries.Filters(day="2020-01-01"), after=None).items == []
    with pytest.raises(NotFound):
        service.reject(foreign.id, "No", by=mexico)


def _brazil():
    from tests.factories.markets import MarketFactory

    return MarketFactory(brazil=True).code


def test_who_may_not_decide(line):
    odd = put_aside(message(line, -5))

    for act in (
        lambda by: service.accept(odd.id, by=by),
        lambda by: service.reject(odd.id, "No", by=by),
        lambda by: service.correct(odd.id, fields(line), by=by),
        lambda by: service.flag_customer(line.customer_id, "No", by=by),
        lambda by: service.clear_customer(line.customer_id, by=by),
    ):
        with pytest.raises(Forbidden):
            act(agent())


def test_of_many_administrators_at_once_one_decides_and_the_others_are_told(committing):
    LayoutFactory(json=True)
    line = line_with_plan(activated_at=MAY_1)
    odd_id = put_aside(message(line, 100_000)).id

    def decide(number):
        by = staff("billing_administrator", name=f"Nr. {number}")
        return service.accept(odd_id, by=by) if number % 2 else service.reject(odd_id, "No", by=by)

    told = at_once(8, decide)

    assert sum(isinstance(each, Anomaly) for each in told) == 1
    assert sum(isinstance(each, AlreadyDecided) for each in told) == 7
    assert trail() in (["usage_anomaly.accepted"], ["usage_anomaly.rejected"])
