import pytest
from sqlalchemy import event, select

from app.audit.models import AuditEntry
from app.catalog.errors import OfferNotAvailable
from app.core import db, events
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.subscriptions import access, queries, service
from app.subscriptions.errors import (
    BadNumber,
    LineNotActive,
    NumberInUse,
    SamePlan,
    SimInUse,
)
from app.subscriptions.events import (
    AddOnAdded,
    BlockLifted,
    BlockPlaced,
    LineActivated,
    LineClosed,
    PlanChanged,
    PlanStarted,
    SimReplaced,
)
from app.subscriptions.models import BlockEffect, LineStatus, SimStatus
from tests.factories.actors import administrator, agent, customer, staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def open_line(account, version, **more):
    given = {
        "by": staff("manager"),
        "service": "mobile",
        "mode": "postpaid",
        "number": "55 1234 5678",
        "offer_code": version.offer.code,
    }
    return service.open_line(account.id, **{**given, **more})


def test_opening_a_line_gives_it_a_number_a_plan_and_a_sim():
    account, version = AccountFactory(), OfferVersionFactory()

    with heard(LineActivated, PlanStarted) as said:
        line = open_line(account, version)

    plan = queries.current_plan(line)
    assert (line.status, line.number) == (LineStatus.ACTIVE, "+525512345678")
    assert plan.version is version
    assert queries.current_sim(line).iccid.startswith("8952")
    ids = (line.id, account.id, plan.id, version.id, line.activated_at)
    assert said == [LineActivated(*ids), PlanStarted(*ids)]


def test_a_number_is_in_use_once_until_its_line_closes():
    account, version = AccountFactory(), OfferVersionFactory()
    first = open_line(account, version)

    with pytest.raises(NumberInUse):
        open_line(account, version, number="+525512345678")
    service.close_line(first.id, by=administrator(), reason="moved away")

    assert open_line(account, version).number == first.number


def test_a_fibre_access_has_no_sim_and_keeps_its_access_number():
    account = AccountFactory()
    version = OfferVersionFactory(offer=OfferFactory(service="fibre"))

    line = open_line(account, version, service="fibre", number="FIB-000123")

    assert (line.number, line.sims) == ("FIB-000123", [])


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"number": "nonsense"}, BadNumber),
        ({"offer_code": "unheard-of"}, OfferNotAvailable),
        ({"service": "tv"}, OfferNotAvailable),
        ({"mode": "prepaid"}, OfferNotAvailable),
        ({"by": staff("field_technician")}, Forbidden),
        ({"by": staff("manager", markets=["BR"])}, NotFound),
    ],
)
def test_lines_that_are_not_opened(wrong, refusal):
    account, version = AccountFactory(), OfferVersionFactory()

    with pytest.raises(refusal):
        open_line(account, version, **wrong)


def test_changing_the_plan_ends_one_and_starts_another_at_the_same_moment():
    line, version = line_with_plan(), OfferVersionFactory()
    old, by = queries.current_plan(line), agent()

    with heard(PlanChanged) as said:
        new = service.change_plan(line.id, version.id, by=by, effect_key="quote:1")
        again = service.change_plan(line.id, version.id, by=by, effect_key="quote:1")

    assert again is new is queries.current_plan(line)
    assert old.ends_at == new.starts_at
    assert said == [
        PlanChanged(
            line.id,
            line.account_id,
            old.id,
            new.id,
            old.offer_version_id,
            version.id,
            new.starts_at,
        )
    ]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "line.plan_changed")
    ).one()
    assert entry.changes == {"plan": [old.version.offer.code, version.offer.code]}


def test_a_customer_changes_her_own_plan_and_nobody_elses():
    line, version = line_with_plan(), OfferVersionFactory()

    with pytest.raises(NotFound):
        service.change_plan(line.id, version.id, by=customer(), effect_key="a")
    service.change_plan(line.id, version.id, by=customer(id=line.customer_id), effect_key="b")

    assert queries.current_plan(line).version is version


def test_the_plan_it_has_already_is_no_change():
    line = line_with_plan()

    with pytest.raises(SamePlan):
        service.change_plan(
            line.id, queries.current_plan(line).offer_version_id, by=agent(), effect_key="a"
        )


@pytest.mark.parametrize("other", [{"mode": "prepaid"}, {"service": "tv"}, {"kind": "add_on"}])
def test_a_plan_of_another_kind_is_not_available(other):
    line, version = line_with_plan(), OfferVersionFactory(offer=OfferFactory(**other))

    with pytest.raises(OfferNotAvailable):
        service.change_plan(line.id, version.id, by=agent(), effect_key="a")


def test_a_blocked_or_closed_line_keeps_its_plan():
    line, version, by = line_with_plan(), OfferVersionFactory(), administrator()
    line_id = line.id

    service.place_block(line_id, "dunning:1", "outgoing", by=SYSTEM)
    service.place_block(line_id, "fraud", "all", by=by)
    with pytest.raises(LineNotActive):
        service.change_plan(line_id, version.id, by=by, effect_key="a")
    service.lift_block(line_id, "fraud", by=by)
    service.change_plan(line_id, version.id, by=by, effect_key="a")
    service.close_line(line_id, by=by, reason="moved away")
    with pytest.raises(LineNotActive):
        service.add_add_on(line_id, version.id, by=by, effect_key="b")


def test_a_veto_leaves_the_old_plan_in_force(monkeypatch):
    line, version = line_with_plan(), OfferVersionFactory()
    line_id, before = line.id, queries.current_plan(line).id

    def refuse(_event):
        raise Forbidden

    monkeypatch.setattr(events._tables, "in_transaction", {PlanChanged: [refuse]})
    with pytest.raises(Forbidden):
        service.change_plan(line_id, version.id, by=agent(), effect_key="a")

    assert queries.current_plan(access.line_for(agent(), line_id)).id == before


def test_an_add_on_lasts_as_long_as_it_is_valid():
    line, version = line_with_plan(), OfferVersionFactory(add_on=True)

    with heard(AddOnAdded) as said:
        added = service.add_add_on(line.id, version.id, by=agent(), effect_key="a")
        service.add_add_on(line.id, version.id, by=agent(), effect_key="a")

    assert (added.ends_at - added.starts_at).days == version.validity_days
    assert [each.subscription_id for each in said] == [added.id]


def test_lifting_one_block_leaves_the_others():
    line, by = line_with_plan(), SYSTEM

    with heard(BlockPlaced, BlockLifted) as said:
        service.place_block(line.id, "dunning:1", "outgoing", by=by)
        service.place_block(line.id, "dunning:1", "outgoing", by=by)
        service.place_block(line.id, "quota", "throttle", by=by)
        assert queries.effect_in_force(line) is BlockEffect.OUTGOING
        service.lift_block(line.id, "dunning:1", by=by)
        assert service.lift_block(line.id, "dunning:1", by=by) is None

    assert queries.effect_in_force(line) is BlockEffect.THROTTLE
    assert said == [
        BlockPlaced(line.id, "dunning:1", "outgoing"),
        BlockPlaced(line.id, "quota", "throttle"),
        BlockLifted(line.id, "dunning:1", "outgoing"),
    ]


def test_a_new_sim_stops_the_old_one_and_is_issued_once():
    line, other, by = line_with_plan(), line_with_plan(), staff("manager")
    old = queries.current_sim(line)

    with heard(SimReplaced) as said:
        new = service.replace_sim(line.id, "8991101200003204514", by=by)

    assert (old.status, queries.current_sim(line)) == (SimStatus.REPLACED, new)
    assert [each.iccid for each in said] == [new.iccid]
    with pytest.raises(SimInUse):
        service.replace_sim(other.id, new.iccid, by=by)


def test_closing_a_line_ends_everything_on_it_once():
    line, by = line_with_plan(), administrator()

    with heard(LineClosed) as said:
        service.close_line(line.id, by=by, reason="moved away")
        service.close_line(line.id, by=by, reason="moved away")

    assert line.status is LineStatus.CLOSED
    assert queries.current_plan(line).ends_at == line.closed_at
    assert queries.current_sim(line) is None
    assert len(said) == 1


def test_forty_lines_take_as_many_statements_as_one(session):
    one, many = line_with_plan().customer, AccountFactory()
    version = OfferVersionFactory()
    for _ in range(40):
        line_with_plan(version, account=many)

    def statements(customer_id):
        session.expunge_all()
        seen = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *each: seen.append(each[2]))
        for line in queries.lines_of(customer_id):
            plan = queries.current_plan(line)
            assert plan.version.offer.name
            assert plan.version.allowances
            assert queries.current_sim(line)
            assert queries.effect_in_force(line) is None
        return len(seen)

    assert statements(one.id) == statements(many.customer_id) <= 6


def test_a_line_is_found_by_the_end_of_its_number():
    line = line_with_plan(number="+525599887766")

    assert queries.lines_by_number(agent(), "8877 66") == [line]
    assert queries.lines_by_number(staff("agent", markets=["BR"]), "887766") == []
    assert queries.lines_by_number(agent(), "66") == []
