"""What Rasa keeps of talks: forgotten when its market says so, erased with the person."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.audit.models import AuditEntry
from app.conversations.service import memory
from app.core import clock, db
from app.core.actor import SYSTEM
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory

pytestmark = pytest.mark.usefixtures("database")


def remember(sender, *days_ago):
    for days in days_ago:
        at = (clock.now() - timedelta(days=days)).timestamp()
        db.session.execute(
            text(
                "INSERT INTO bot.events (sender_id, type_name, timestamp, data)"
                " VALUES (:sender, 'user', :at, '{}')"
            ),
            {"sender": str(sender), "at": at},
        )
    db.session.commit()


def remembered():
    rows = db.session.execute(text("SELECT sender_id, timestamp FROM bot.events")).all()
    now = clock.now().timestamp()
    return {(sender, round((now - at) / 86400)) for sender, at in rows}


def test_each_market_forgets_by_its_own_days_and_nobodys_questions_too():
    MarketFactory(policies={"bot_memory_days": 7})
    mexican = ConversationFactory()
    brazilian = ConversationFactory(
        inbox=InboxFactory(market=MarketFactory(brazil=True)), market_code="BR"
    )
    remember(mexican.id, 6, 8)
    remember(brazilian.id, 8, 29, 31)
    remember("readiness", 1, 400)

    assert memory.forget_old(dry_run=True) == 3
    assert len(remembered()) == 7
    assert memory.forget_old() == 3
    assert remembered() == {
        (str(mexican.id), 6),
        (str(brazilian.id), 8),
        (str(brazilian.id), 29),
        ("readiness", 1),
    }
    assert memory.forget_old() == 0


def test_many_events_go_in_batches(monkeypatch):
    monkeypatch.setattr(memory, "AT_ONCE", 2)
    remember(ConversationFactory().id, 40, 41, 42, 43, 44)

    assert memory.forget_old() == 5
    assert remembered() == set()


def test_erasing_a_person_erases_what_the_bot_remembers_of_her_alone():
    valeria, other = CustomerFactory(), CustomerFactory()
    first, second = (ConversationFactory(customer=valeria) for _ in range(2))
    others = ConversationFactory(customer=other)
    for each in (first, second, others):
        remember(each.id, 1, 2)

    assert memory.forget_customer(valeria.id, by=SYSTEM) == 4

    assert {sender for sender, _ in remembered()} == {str(others.id)}
    (entry,) = db.session.query(AuditEntry).filter_by(action="bot.memory_erased")
    assert (entry.object_id, entry.changes) == (str(valeria.id), {"events": 4})
