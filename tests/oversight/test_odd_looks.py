"""Who looked at whose data is recorded once a look, and what is odd about it becomes an alert."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.audit import views
from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.markets.policies import check
from app.oversight import queries, service
from app.oversight.errors import AlertDecided, NoteNeeded, OwnAlert
from app.oversight.models import AccessAlert, AlertStatus, Rule
from tests.factories.actors import administrator, agent, customer
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

# Ten in the morning in Mexico City.
MORNING = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


@pytest.fixture
def market(database):
    return MarketFactory(policies={"access_alerts": {"bulk": 5, "run": 3}})


@pytest.fixture
def ana(market):
    return StaffFactory(name="Ana Ruiz", markets=[]).as_actor()


def people(market, numbers, **more):
    return [
        CustomerFactory(market=market, reference=f"C-{number:06d}", name=f"N O{number}", **more)
        for number in numbers
    ]


def look(by, them, *, at=MORNING, area="profile"):
    for number, each in enumerate(them):
        with clock.moved_to(at + timedelta(seconds=number)):
            views.seen(by, area, each.id)


def raised(at=MORNING + timedelta(minutes=30)):
    with clock.moved_to(at):
        service.look_for_odd_looks()
    db.session.expire_all()
    return list(db.session.scalars(select(AccessAlert).order_by(AccessAlert.rule)))


def looks():
    return db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("%viewed"))
    ).all()


def test_the_same_look_is_written_once(market, ana):
    (her,) = people(market, [1000])
    for minutes in (0, 1, 14):
        look(ana, [her], at=MORNING + timedelta(minutes=minutes))
    assert looks() == ["customer.profile_viewed"]

    look(ana, [her], at=MORNING + timedelta(minutes=15, seconds=1))
    look(ana, [her], area="billing")
    look(agent(), [her], at=MORNING)

    assert len(looks()) == 4


def test_a_customer_who_looks_at_herself_is_no_look_of_the_staff(market):
    (her,) = people(market, [1000])

    look(customer(id=her.id), [her])

    assert looks() == []


def test_a_usual_morning_raises_nothing(market, ana):
    look(ana, people(market, [1000, 2000, 2001, 2002, 9000]))

    assert raised() == []


@pytest.mark.parametrize(("count", "rules"), [(5, []), (6, [Rule.BULK])])
def test_many_customers_in_an_hour_are_odd(market, ana, count, rules):
    look(ana, people(market, range(1000, 1000 + 10 * count, 10)))

    alerts = raised()

    assert [(each.rule, each.count) for each in alerts] == [(rule, count) for rule in rules]
    if alerts:
        assert len(alerts[0].customers) == 6
        assert (alerts[0].actor_id, alerts[0].market_code) == (ana.id, market.code)


@pytest.mark.parametrize(("numbers", "is_odd"), [((7, 8, 9), False), ((9, 7, 8, 10), True)])
def test_one_number_after_the_other_is_odd_in_whatever_order(market, ana, numbers, is_odd):
    look(ana, people(market, numbers))

    assert [each.rule for each in raised()] == [Rule.ENUMERATION] * is_odd


@pytest.mark.parametrize(
    ("hour", "minute", "second", "is_odd"),
    [(21, 59, 59, False), (22, 0, 0, True), (5, 59, 59, True), (6, 0, 0, False)],
)
def test_odd_hours_are_by_the_clock_of_the_market(market, ana, hour, minute, second, is_odd):
    local = datetime(2026, 3, 4, hour, minute, second, tzinfo=clock.ZoneInfo(market.timezone))
    look(ana, people(market, [1000]), at=local.astimezone(UTC))

    found = raised(local.astimezone(UTC) + timedelta(hours=1))

    assert [each.rule for each in found] == [Rule.ODD_HOURS] * is_odd


def test_every_look_at_a_watched_customer_is_odd(market, ana):
    star, nobody = people(market, [1000, 3000])
    by = StaffFactory(roles=["administrator"], markets=[]).as_actor()
    service.watch(star.id, "Sings", by=by)

    look(ana, [star, nobody])

    (alert,) = raised()
    assert (alert.rule, alert.count) == (Rule.WATCHED, 1)
    assert alert.customers == [{"id": str(star.id), "reference": star.reference}]
    service.stop_watching(star.id, by=by)
    with pytest.raises(NotFound):
        service.stop_watching(star.id, by=by)


@pytest.mark.parametrize(
    ("name", "is_relative"),
    [
        ("Pedro Ruiz", True),
        ("Pedro Ruiz Soto", True),
        ("María Eugenia Soto RUIZ", True),
        ("Ana Torres", False),
        ("Ruiz Torres Soto", False),
    ],
)
def test_somebody_of_the_same_surname_may_be_a_relative(market, ana, name, is_relative):
    look(ana, [CustomerFactory(market=market, name=name)])

    assert [each.rule for each in raised()] == [Rule.RELATIVE] * is_relative


def test_who_looks_at_herself_as_a_customer_is_found_by_her_mail_address(market, ana):
    email = db.session.scalar(select(StaffFactory._meta.model.email).filter_by(id=ana.id))
    look(ana, [CustomerFactory(market=market, name="Other Name", email=email.upper())])

    assert [each.rule for each in raised()] == [Rule.RELATIVE]


def test_an_alert_grows_while_it_is_open_and_is_not_raised_twice(market, ana):
    them = people(market, range(1000, 1100, 10))
    look(ana, them[:6])
    (first,) = raised()
    assert first.count == 6

    look(ana, them, at=MORNING + timedelta(minutes=5))
    (again,) = raised()
    assert (again.id, again.count) == (first.id, 10)

    by = StaffFactory(roles=["administrator"], markets=[]).as_actor()
    service.decide(again.id, AlertStatus.EXPLAINED, "A campaign", by=by)
    look(ana, people(market, [5000]), at=MORNING + timedelta(minutes=20))
    (decided,) = raised()
    assert (decided.status, decided.count) == (AlertStatus.EXPLAINED, 10)


def test_markets_have_their_own_limits(market, ana):
    other = MarketFactory(code="BR", policies={"access_alerts": {"bulk": 50}})

    look(ana, people(other, range(1000, 1080, 10)))

    assert raised() == []


@pytest.mark.parametrize(
    "setting",
    [
        {"bulk": 0},
        {"bulk": True},
        {"run": "3"},
        {"odd_from": "25:00"},
        {"odd_from": "9"},
        {"x": 1},
    ],
)
def test_limits_that_cannot_be_read_are_refused(setting):
    with pytest.raises(Invalid):
        check({"access_alerts": setting})


@pytest.fixture
def alert(market, ana):
    look(ana, people(market, range(1000, 1060, 10)))
    (made,) = raised()
    return made


def test_an_alert_is_taken_and_decided_with_a_sentence(alert):
    by = StaffFactory(roles=["administrator"], markets=[]).as_actor()
    service.assign(alert.id, by=by)
    with pytest.raises(NoteNeeded):
        service.decide(alert.id, AlertStatus.CONFIRMED, "  ", by=by)

    service.decide(alert.id, AlertStatus.CONFIRMED, "She sold them", by=by)

    assert (alert.assigned_to, alert.decided_by, alert.note) == (by.id, by.id, "She sold them")
    assert queries.counts(by)[AlertStatus.CONFIRMED] == 1
    with pytest.raises(AlertDecided):
        service.decide(alert.id, AlertStatus.EXPLAINED, "No", by=by)


def test_nobody_decides_about_herself(alert, ana):
    herself = administrator(id=ana.id)

    with pytest.raises(OwnAlert):
        service.decide(alert.id, AlertStatus.EXPLAINED, "I had to", by=herself)


def test_others_see_and_decide_nothing(alert):
    with pytest.raises(Forbidden):
        service.assign(alert.id, by=agent())
    with pytest.raises(NotFound):
        service.assign(alert.id, by=administrator(markets=["BR"]))
    assert queries.alerts(administrator(markets=["BR"]), AlertStatus.OPEN) == []
