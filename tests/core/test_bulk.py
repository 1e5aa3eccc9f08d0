"""Many rows at once are the same rows as one by one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.billing.models import Charge, ChargeKind
from app.core import bulk, db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.core.outbox import OutboxEntry
from tests.factories.customers import AccountFactory

MOMENT = datetime(2026, 4, 1, 12, 30, 15, 123456, tzinfo=UTC)


def charge(account, key, **more):
    return {
        "id": new_id(),
        "account_id": account.id,
        "line_id": None,
        "kind": ChargeKind.CREDIT,
        "description": 'Niño\'s "plan" \\ 100 %: ñ 你 \t',
        "amount": Decimal("-99999999999999.1234"),
        "currency": "MXN",
        "period_start": date(2026, 4, 1),
        "period_end": date(2026, 5, 1),
        "because": {"rule": "x", "of": ["a", 1, None, {"deep": True}]},
        "effect_key": key,
        "created_at": MOMENT,
        **more,
    }


def test_every_type_arrives_exactly(database):
    row = charge(AccountFactory(), "one")

    bulk.insert(Charge, [row])

    stored = db.session.scalars(select(Charge)).one()
    assert {name: getattr(stored, name) for name in row} == row


def test_a_row_that_is_known_is_left_out_and_the_new_ones_are_told(database):
    account = AccountFactory()
    bulk.insert(Charge, [charge(account, "one")])

    rows = [charge(account, key) for key in ("one", "two", "two")]
    new = bulk.insert(Charge, rows, unless_known="effect_key", returning="effect_key")

    assert new == ["two"]
    assert len(db.session.scalars(select(Charge)).all()) == 2


def test_of_nothing_nothing_is_asked(database):
    assert bulk.insert(Charge, [], returning="id") == []


@dataclass(frozen=True, slots=True)
class Happened:
    thing: UUID
    amount: Decimal


def reacts(event):
    """Listens from the outbox."""


def test_many_events_are_heard_as_one_by_one(database):
    said = [Happened(new_id(), Decimal("1.10")) for _ in range(3)]
    heard, seen, woken = [], [], []
    before = events._tables
    events._tables = events.Tables(
        in_transaction={Happened: [heard.append]},
        reactions={Happened: [reacts]},
        screens={Happened: [seen.append]},
        wake=woken.extend,
    )
    try:
        with db.transaction():
            events.announce(said[0])
            events.announce_all(said[1:])
            assert seen == []
        events.announce_all([])
    finally:
        events._tables = before

    entries = db.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()
    assert heard == seen == said
    assert sorted(woken) == [each.id for each in entries]
    assert {each.event for each in entries} == {events.name_of(Happened)}
    assert [each.payload for each in entries] == [
        {"thing": str(each.thing), "amount": "1.10"} for each in said
    ]


def test_many_entries_of_the_trail_are_as_one_by_one(database):
    things = {new_id(): {"total": Money.of("1.10", "MXN"), "state": ("a", "b")} for _ in range(2)}

    with db.transaction():
        audit.record_all(SYSTEM, "thing.made", "thing", things)
        audit.record(SYSTEM, "thing.made", "thing", new_id(), **next(iter(things.values())))

    entries = db.session.scalars(select(AuditEntry)).all()
    assert {each.object_id for each in entries} >= {str(each) for each in things}
    assert [each.changes for each in entries] == 3 * [{"total": "1.10 MXN", "state": ["a", "b"]}]
