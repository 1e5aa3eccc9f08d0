"""What customers are told: queued once, in their language, in the words of their market."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core import db, i18n
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.core.money import Money
from app.customers import notices
from app.customers.models import Notice, NoticeStatus
from app.customers.notice_kinds import KINDS, NoticeKind
from tests.factories.actors import customer, staff
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory

pytestmark = pytest.mark.usefixtures("database")

FACTS = {"number": "55 1234 5678", "plan": "Plus 20GB"}


def test_a_notice_waits_in_every_channel_of_its_kind():
    valeria = CustomerFactory()

    queued = notices.notify(valeria.id, "line_active", by=SYSTEM, effect_key="a", **FACTS)

    assert {each.channel for each in queued} == {"sms", "email"}
    assert {each.status for each in queued} == {NoticeStatus.QUEUED}
    with i18n.speaking("en"):
        assert "55 1234 5678" in notices.text_of(queued[0])
    assert notices.notices_of(valeria.id) == sorted(queued, key=lambda n: n.id, reverse=True)


def test_the_same_effect_again_queues_nothing():
    valeria = CustomerFactory()
    first = notices.notify(valeria.id, "line_active", by=SYSTEM, effect_key="a", **FACTS)

    again = notices.notify(valeria.id, "line_active", by=SYSTEM, effect_key="a", **FACTS)

    assert {each.id for each in again} == {each.id for each in first}
    assert len(db.session.scalars(select(Notice.id)).all()) == 2


def test_a_kind_or_a_fact_that_is_missing_is_found_at_once():
    valeria = CustomerFactory()

    with pytest.raises(KeyError):
        notices.notify(valeria.id, "nothing", by=SYSTEM, effect_key="a")
    with pytest.raises(KeyError):
        notices.notify(valeria.id, "line_active", by=SYSTEM, effect_key="a", number="1")
    assert db.session.scalars(select(Notice.id)).all() == []


def test_amounts_and_days_are_written_as_her_market_writes_them(monkeypatch):
    monkeypatch.setitem(KINDS, "bill", NoticeKind("Bill", "%(amount)s, %(day)s", ("sms",)))
    joao = CustomerFactory(market=MarketFactory(brazil=True))
    late_in_utc = datetime(2026, 3, 2, 1, tzinfo=UTC)

    (bill,) = notices.notify(
        joao.id,
        "bill",
        by=SYSTEM,
        effect_key="b",
        amount=Money.of("1234.5", "BRL"),
        day=late_in_utc,
    )

    assert notices.text_of(bill) == "R$\xa01.234,50, 1 de março de 2026"


def test_nobody_is_told_by_somebody_who_may_not_see_her():
    valeria = CustomerFactory()

    for stranger in (customer(), staff("manager", markets=["BR"])):
        with pytest.raises(NotFound):
            notices.notify(valeria.id, "line_active", by=stranger, effect_key="a", **FACTS)


def test_every_kind_has_channels_and_words():
    for kind in KINDS.values():
        assert set(kind.channels) <= {"sms", "email"}
        assert kind.channels
        assert str(kind.subject)
        assert str(kind.text)
