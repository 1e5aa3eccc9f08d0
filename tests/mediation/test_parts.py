"""Parts of a session become one record, in whatever order; what is missing is asked for."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.mediation import service
from app.mediation.errors import AlreadyDecided, CannotBeCorrected
from app.mediation.models import Anomaly, Decision
from app.mediation.service import Taken
from app.usage.models import UsageRecord
from app.usage.service import charging
from tests.factories.actors import staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.mediation import LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.mediation.conftest import MAY_1, MAY_10, later, message, reasons, records


@pytest.fixture(autouse=True)
def layout(database):
    return LayoutFactory(json=True)


def part(line, sequence, quantity=60, *, last=False, session="s-1", at=None):
    return message(
        line,
        quantity,
        at or later(sequence),
        id=None,
        session=session,
        seq=sequence,
        part="last" if last else "partial",
    )


def take(*messages):
    return service.take("gateway", "\n".join(messages).encode(), by=SYSTEM)


def test_parts_in_any_order_and_deliveries_are_one_record_of_their_beginning(line):
    assert take(part(line, 3, 30, last=True), part(line, 1, 60)) == Taken(parts=2)
    assert records() == []

    assert take(part(line, 2, 61)) == Taken(parts=1)

    record = db.session.scalars(select(UsageRecord)).one()
    assert (record.quantity, record.started_at) == (151, later(1))
    assert take(part(line, 2, 61), part(line, 3, 30, last=True)) == Taken(duplicates=2)
    assert records() == [151]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(1, 6)), cuts=st.sets(st.integers(1, 4)))
def test_however_they_are_cut_and_repeated_the_sum_is_the_same(line, order, cuts):
    session = new_id().hex
    messages = [part(line, n, 10 * n, last=n == 5, session=session) for n in order]
    deliveries, start = [], 0
    for cut in [*sorted(cuts), 5]:
        deliveries.append(messages[start:cut])
        start = max(0, cut - 1)  # the last one comes again
    for each in deliveries:
        take(*each)

    found = db.session.scalars(select(UsageRecord.quantity).order_by(UsageRecord.id.desc()))
    assert found.first() == 150
    assert reasons() == {}


def test_a_part_that_comes_after_its_session_was_merged_is_rated_by_itself(line):
    take(part(line, 1), part(line, 2, last=True))
    with clock.moved_to(later(600)):
        take(part(line, 1, session="s-2"), part(line, 3, 30, last=True, session="s-2"))
    with clock.moved_to(later(1200)):
        service.flag_missing_parts()
        odd = db.session.scalars(select(Anomaly)).one()
        service.accept(odd.id, by=staff("billing_administrator"))
        assert records() == [90, 120]

        assert take(part(line, 2, 45, session="s-2")) == Taken(parts=1)

    assert sorted(records()) == [45, 90, 120]


def test_a_missing_part_is_flagged_once_and_forgotten_when_it_comes(line):
    with clock.moved_to(MAY_10):
        take(part(line, 1, at=MAY_1 + timedelta(hours=1)), part(line, 3, last=True))
        assert service.flag_missing_parts() == 0

    with clock.moved_to(later(6 * 60 + 1)):
        assert (service.flag_missing_parts(), service.flag_missing_parts()) == (1, 0)
        odd = db.session.scalars(select(Anomaly)).one()
        assert (odd.reason, odd.line_id, odd.decision) == ("missing_part", line.id, Decision.OPEN)
        take(part(line, 2))

    db.session.refresh(odd)
    assert (odd.decision, records()) == (Decision.ACCEPTED, [180])


def test_a_session_without_its_part_can_be_rejected_and_then_stays_unrated(line):
    by = staff("billing_administrator")
    take(part(line, 1), part(line, 3, last=True))
    with clock.moved_to(clock.now() + timedelta(hours=7)):
        service.flag_missing_parts()
    odd = db.session.scalars(select(Anomaly)).one()

    with pytest.raises(CannotBeCorrected):
        service.correct(odd.id, {}, by=by)
    service.reject(odd.id, "Test equipment", by=by)

    assert take(part(line, 2)) == Taken(duplicates=1)
    assert records() == []


def test_a_record_of_the_whole_session_stands_for_its_parts(line):
    take(part(line, 1), part(line, 2))
    assert take(message(line, 200, id=None, session="s-1", part="complete")).accepted == 1

    assert take(part(line, 3, last=True), part(line, 1)) == Taken(duplicates=2)
    assert records() == [200]
    with clock.moved_to(later(60 * 24)):
        assert service.flag_missing_parts() == 0


def test_a_record_of_a_session_that_was_merged_is_a_copy_whatever_it_is_called(line):
    take(part(line, 1), part(line, 2, last=True))
    whole = {"id": "R1", "session": "s-1", "part": "complete"}

    assert take(message(line, 120, later(1), **whole)) == Taken(duplicates=1)
    assert take(message(line, 130, later(1), **whole)) == Taken(for_review=1)
    assert (records(), reasons()) == ([120], {"differs": 1})


def test_a_record_of_the_whole_ends_the_question_for_a_missing_part(line):
    take(part(line, 1), part(line, 3, last=True))
    with clock.moved_to(clock.now() + timedelta(hours=7)):
        service.flag_missing_parts()
        whole = message(line, 200, id="R1", session="s-1", part="complete")
        assert take(whole) == Taken(accepted=1)

    odd = db.session.scalars(select(Anomaly)).one()
    db.session.refresh(odd)
    with pytest.raises(AlreadyDecided):
        service.accept(odd.id, by=staff("billing_administrator"))
    assert records() == [200]


def test_parts_that_contradict_each_other_are_put_aside(line):
    other = line_with_plan(activated_at=MAY_1)
    take(part(line, 1), part(line, 2, 60, last=True, session="s-2"))

    taken = take(
        part(line, 1, 61),  # the same part, another content
        part(other, 2),  # another line
        part(line, 3, session="s-2"),  # beyond the end
    )

    assert (taken, reasons()) == (Taken(for_review=3), {"differs": 3})


def test_a_session_that_was_charged_while_it_went_on_is_not_rated_again(database):
    line = line_with_plan(OfferVersionFactory(prepaid=True), activated_at=MAY_1)
    BalanceFactory(line=line)
    for name, used in (("gw;1", 121), ("gw;2", 60), ("gw;3", 60)):
        charging.authorise(name, line.id, UsageKind.VOICE, by=SYSTEM)
        charging.release(name, 1, used=used, by=SYSTEM)
    charging.authorise("gw;4", line.id, UsageKind.VOICE, by=SYSTEM)
    before = records()

    taken = take(
        message(line, 121, session="gw;1"),
        part(line, 1, 30, session="gw;2"),
        message(line, 90, session="gw;3"),
        message(line, 10, session="gw;4"),
        message(line, 10, session="never charged"),
    )

    assert taken == Taken(accepted=1, matched=3, for_review=1)
    assert sorted(records()) == sorted([*before, 10])
    odd = db.session.scalars(select(Anomaly)).one()
    assert odd.reason == "differs_from_charged"
    service.accept(odd.id, by=staff("billing_administrator"))
    assert sorted(records()) == sorted([*before, 10, 30])
