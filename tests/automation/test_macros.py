"""Macros are done in the agent's name, with her rights, and shown before."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.automation.errors import Wrong
from app.automation.models import Macro, Outcome
from app.automation.service import macros
from app.conversations.models import Message
from app.conversations.service import canned
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.tickets import service as tickets
from app.tickets.models import Priority, Status
from tests.automation.test_running import tags_of
from tests.factories.actors import administrator
from tests.factories.automation import content
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory

CALM = [
    {"kind": "set_priority", "value": "high"},
    {"kind": "add_tag", "value": "calm"},
    {"kind": "send_reply", "value": "calm"},
    {"kind": "wait"},
]


def actions(*plain):
    return content(actions=list(plain)).actions


@pytest.fixture
def ana():
    canned.write(
        "calm", "es", title="Calma", body="Hola, {customer}: soy {agent}.", by=administrator()
    )
    return StaffFactory(name="Ana Ruiz").as_actor()


def test_one_click_does_all_of_it_in_her_name(ana):
    macro = macros.write("Calm down", actions(*CALM), by=ana)
    ticket = TicketFactory()
    tickets.accept(ticket.id, by=ana)

    shown = macros.preview(macro.id, ticket.id, by=ana)
    did = macros.use(macro.id, ticket.id, by=ana, key=str(new_id()))

    assert [(each.what, each.after) for each in shown.changes] == [
        ("priority", "high"),
        ("tags", "calm"),
        ("reply", "calm"),
        ("status", "pending"),
    ]
    assert {each.result for each in did} == {Outcome.DONE}
    assert (ticket.priority, ticket.status) == (Priority.HIGH, Status.PENDING)
    said = db.session.scalars(select(Message.body).where(Message.author_id == ana.id)).all()
    assert said == ["Hola, Valeria: soy Ana Ruiz."]
    used = select(AuditEntry).where(AuditEntry.action == "macro.used")
    assert db.session.scalars(used).one().actor_id == ana.id


def test_what_she_may_not_do_is_refused_and_the_rest_is_done(ana):
    macro = macros.write("Calm down", actions(*CALM), by=ana)
    ticket = TicketFactory()  # nobody's: she may neither change it nor answer

    did = macros.use(macro.id, ticket.id, by=ana, key=str(new_id()))

    assert [each.result for each in did] == ["refused", "done", "refused", "refused"]
    assert (ticket.priority, tags_of(ticket)) == (Priority.NORMAL, {"calm"})


def test_a_second_click_says_nothing_twice(ana):
    macro = macros.write("Calm down", actions(CALM[2]), by=ana)
    ticket, key = TicketFactory(), str(new_id())
    tickets.accept(ticket.id, by=ana)

    macros.use(macro.id, ticket.id, by=ana, key=key)
    macros.use(macro.id, ticket.id, by=ana, key=key)

    count = select(func.count()).where(Message.author_id == ana.id)
    assert db.session.scalar(count) == 1


def test_personal_ones_are_hers_alone_and_sharing_is_for_few(ana):
    beto, boss = StaffFactory().as_actor(), administrator()
    hers = macros.write("Hers", actions(CALM[1]), by=ana)
    shared = macros.write("Everybody's", actions(CALM[1]), by=boss, shared=True)

    assert [each.name for each in macros.macros_for(beto)] == ["Everybody's"]
    for macro in (hers, shared):
        with pytest.raises(NotFound):
            macros.remove(macro.id, by=beto)
    with pytest.raises(Forbidden):
        macros.write("Mine for all", actions(CALM[1]), by=ana, shared=True)
    assert db.session.get(Macro, hers.id) is not None


@pytest.mark.parametrize(
    ("action", "refusal"),
    [
        ({"kind": "send_reply", "value": "nothing-of-this-name"}, Wrong),
        ({"kind": "add_note", "text": "Dear {nobody}"}, Wrong),
        ({"kind": "webhook", "value": "https://example.com/"}, Forbidden),
    ],
)
def test_what_cannot_be_done_is_not_kept(ana, action, refusal):
    with pytest.raises(refusal):
        macros.write("Bad", actions(action), by=ana)

    assert db.session.scalar(select(func.count()).select_from(Macro)) == 0
