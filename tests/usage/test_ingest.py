from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select, text

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.usage import incoming, queries, service
from app.usage.events import AllowanceUsedUp, BalanceChanged, UsageRated
from app.usage.models import Bucket, UsageRecord
from app.usage.records import Ingested, NewRecord
from tests.factories.actors import agent, staff
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard

MAY_1 = datetime(2026, 5, 1, tzinfo=UTC)
MAY_10 = datetime(2026, 5, 10, 18, tzinfo=UTC)


@pytest.fixture
def line(database):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 100, UsageKind.DATA: GIB})
    return line_with_plan(plan, activated_at=MAY_1)


def call(line, seconds=60, at=MAY_10, record_id=None, **more):
    given = {"kind": UsageKind.VOICE, "other_party": "+525587654321"}
    return NewRecord(
        line.id,
        started_at=at,
        quantity=seconds,
        record_id=record_id or new_id().hex,
        **{**given, **more},
    )


def charges():
    query = select(UsageRecord.charged).order_by(UsageRecord.started_at, UsageRecord.id)
    return list(db.session.scalars(query))


def test_a_record_is_drawn_from_the_allowance_and_the_rest_is_charged(line):
    with heard(UsageRated) as said:
        outcome = service.ingest(
            [call(line, 90), call(line, 90, MAY_10 + timedelta(hours=1))], by=SYSTEM
        )

    assert outcome == Ingested(accepted=2)
    assert charges() == [Decimal(0), Decimal("0.80")]  # 80 s beyond 100, at 0.60 a minute
    assert said == [UsageRated((line.id,))]
    with clock.moved_to(MAY_10):
        voice = next(
            each for each in queries.buckets_of([line.id])[line.id] if each.kind is UsageKind.VOICE
        )
    assert (voice.used, voice.left) == (100, 0)


def test_a_copy_is_dropped_and_counted_however_it_comes(line):
    record = call(line, record_id="cdr-1")

    first = service.ingest([record, record], by=SYSTEM)
    again = service.ingest([record], by=SYSTEM)

    assert (first.accepted, first.duplicates) == (1, 1)
    assert (again.accepted, again.duplicates) == (0, 1)
    assert db.session.scalar(select(func.sum(Bucket.used))) == 60


def test_one_name_for_two_different_records_comes_back_for_review(line):
    service.ingest([call(line, 60, record_id="cdr-1")], by=SYSTEM)

    outcome = service.ingest([call(line, 61, record_id="cdr-1")], by=SYSTEM)

    assert [(each.record.quantity, each.reason) for each in outcome.refused] == [(61, "differs")]
    assert charges() == [0]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"seconds": -1}, "bad_quantity"),
        ({"seconds": 2**63}, "bad_quantity"),
        ({"at": MAY_10.replace(tzinfo=None)}, "bad_time"),
        ({"at": datetime(2999, 1, 1, tzinfo=UTC)}, "bad_time"),
        ({"other_party": "\x00"}, "bad_other_party"),
        ({"at": MAY_1 - timedelta(days=1)}, "not_in_service"),
    ],
)
def test_faulty_records_come_back_with_a_reason_and_the_others_count(line, wrong, reason):
    outcome = service.ingest([call(line, **wrong), call(line)], by=SYSTEM)

    assert [each.reason for each in outcome.refused] == [reason]
    assert outcome.accepted == 1


def test_records_of_unknown_and_foreign_lines_come_back(line):
    foreign = staff("network_operations", markets=["BR"])

    assert service.ingest([call(line)], by=foreign).refused[0].reason == "unknown_line"
    line_id, line.id = line.id, new_id()
    record = call(line)
    line.id = line_id
    assert service.ingest([record], by=SYSTEM).refused[0].reason == "unknown_line"


def test_one_delivery_sent_eight_times_at_once_counts_once(committing):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 6000})
    lines = [line_with_plan(plan, activated_at=MAY_1) for _ in range(3)]
    records = [call(lines[n % 3], 60, MAY_10 + timedelta(minutes=n)) for n in range(330)]

    def deliver(_):
        with db.session_scope():
            return service.ingest(records, by=SYSTEM)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(deliver, range(8)))

    assert sum(each.accepted for each in outcomes) == 330
    assert sum(each.duplicates for each in outcomes) == 7 * 330
    assert list(db.session.scalars(select(Bucket.used))) == [6000] * 3
    assert sum(charges()) == Decimal("18.00")  # ten minutes beyond the allowance on each line


def test_an_agent_does_not_bring_usage(line):
    with pytest.raises(Forbidden):
        service.ingest([call(line)], by=agent())


def test_the_order_of_arrival_changes_nothing(line):
    records = [call(line, 10 * n, MAY_10 + timedelta(minutes=n)) for n in range(1, 9)]

    service.ingest(records[::-1], by=SYSTEM)

    assert charges() == [
        Decimal(each) for each in ("0", "0.20", "0.60", "0.60", "0.60", "0.60", "0.70", "0.80")
    ]


def test_a_late_record_uses_what_was_left_in_its_own_month(line):
    june_5 = MAY_10 + timedelta(days=26)
    service.ingest([call(line, 100, june_5)], by=SYSTEM)

    service.ingest([call(line, 90, MAY_10)], by=SYSTEM)

    assert charges() == [0, 0]


def test_prepaid_usage_is_paid_from_the_balance_until_it_is_empty(database):
    line = line_with_plan(OfferVersionFactory(prepaid=True), activated_at=MAY_1)
    BalanceFactory(line=line, amount=Decimal("1.00"))

    with heard(BalanceChanged) as said:
        service.ingest(
            [call(line, 60, MAY_10 + timedelta(minutes=n), f"cdr-{n}") for n in range(3)], by=SYSTEM
        )

    assert charges() == [Decimal("0.60"), Decimal("0.40"), 0]
    assert queries.balance_of(line.id).amount == 0
    assert said == [BalanceChanged(line.id, line.customer_id, Decimal(0))]


def test_a_name_that_a_source_uses_again_months_later_is_another_record(database):
    line = line_with_plan(OfferVersionFactory(prepaid=True), activated_at=MAY_1)
    BalanceFactory(line=line, amount=Decimal("5.00"))
    later = MAY_10 + timedelta(days=92)

    with clock.moved_to(later + timedelta(hours=1)):
        for at in (MAY_10, later):
            service.ingest([call(line, 60, at, "cdr-1")], by=SYSTEM)

    assert charges() == [Decimal("0.60"), Decimal("0.60")]
    assert queries.balance_of(line.id).amount == Decimal("3.80")


def test_somebody_is_told_when_a_running_allowance_is_used_up(line):
    with clock.moved_to(MAY_10), heard(AllowanceUsedUp) as said:
        service.ingest([call(line, 99, MAY_10 - timedelta(hours=2))], by=SYSTEM)
        assert said == []
        service.ingest([call(line, 60, MAY_10 - timedelta(hours=1))], by=SYSTEM)
        service.ingest([call(line, 60, MAY_10)], by=SYSTEM)

    assert said == [AllowanceUsedUp(line.id, "voice")]


def test_days_are_those_of_the_market_and_the_chart_has_no_gaps(line):
    late_evening = datetime(2026, 5, 10, 5, 30, tzinfo=UTC)  # the 9th in Mexico City
    service.ingest([call(line, 60, late_evening), call(line, 30, MAY_10)], by=SYSTEM)
    service.ingest([call(line, 12, MAY_10), call(line, 5, MAY_10, kind=UsageKind.DATA)], by=SYSTEM)

    with clock.moved_to(MAY_10):
        rows = queries.daily(line.id, days=3)

    assert [(row.day, row.data, row.voice, row.sms) for row in rows] == [
        (date(2026, 5, 8), 0, 0, 0),
        (date(2026, 5, 9), 0, 60, 0),
        (date(2026, 5, 10), 5, 42, 0),
    ]


def test_a_thousand_records_of_twenty_lines_take_no_more_statements_than_two_of_one(line, session):
    lines = [line_with_plan(activated_at=MAY_1) for _ in range(20)]
    seen = []

    def statements(records):
        session.expunge_all()
        seen.clear()
        assert service.ingest(records, by=SYSTEM).accepted == len(records)
        return sum("SAVEPOINT" not in each for each in seen)

    few = [call(line, 101), call(line, 1)]
    many = [call(lines[n % 20], 1, kind=UsageKind.DATA) for n in range(980)]
    many += [call(line, 1, MAY_10 + timedelta(seconds=n)) for n in range(20)]
    event.listen(session.connection(), "before_cursor_execute", lambda *each: seen.append(each[2]))

    assert max(statements(few), statements(many)) <= 42


def test_many_records_are_not_rated_by_plans_that_were_made_for_few(line, session):
    def by_kept_plans():
        """How often statements ran by a plan that is kept for whatever they are given."""
        query = text(
            "SELECT coalesce(sum(generic_plans), 0) FROM pg_prepared_statements "
            "WHERE parameter_types <> '{}'"
        )
        return session.scalar(query)

    def deliver(count):
        used = by_kept_plans()
        records = [call(line, 1, MAY_10 + timedelta(seconds=n)) for n in range(count)]
        assert service.ingest(records, by=SYSTEM).accepted == count
        return by_kept_plans() - used

    assert [deliver(1) for _ in range(16)][-1] > 0
    assert deliver(incoming.MANY + 1) == 0
