"""Two agents and one customer: no answer goes out unawares, drafts are kept, notes mention."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.automation import listeners as automation
from app.automation.models import StaffNotice
from app.conversations import access
from app.conversations.errors import (
    AnsweredMeanwhile,
    CannotSeeThis,
    DraftGone,
    NotYourConversation,
    SomebodyAnswers,
)
from app.conversations.events import ColleagueMentioned
from app.conversations.mentions import colleagues_of
from app.conversations.models import Draft, DraftKind, Message, MessageKind
from app.conversations.service import drafts, ownership
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard

REPLY, NOTE = DraftKind.REPLY, DraftKind.NOTE


@pytest.fixture
def lucia(database):
    return StaffFactory(name="Lucía Mena", roles=["manager"], language="es")


@pytest.fixture
def ana(database):
    return StaffFactory(name="Ana Ruiz", roles=["manager"], language="en")


@pytest.fixture
def talk(ana):
    return ConversationFactory(open=True, owner=ana)


def answer(talk, by, text="Hola", *, key=None, **more):
    return say(talk.id, text, by=by.as_actor(), client_key=key or str(new_id()), **more)


def said(talk):
    query = select(Message.body).where(
        Message.conversation_id == talk.id, Message.kind == MessageKind.TEXT
    )
    return list(db.session.scalars(query.order_by(Message.seq)))


def test_an_answer_against_one_that_was_not_seen_is_held_back_and_nothing_is_lost(talk, ana, lucia):
    seen = talk.last_seq
    first = answer(talk, ana, "By Ana", seen=seen)
    ownership.assign(talk.id, lucia.id, by=lucia.as_actor())

    with pytest.raises(AnsweredMeanwhile) as held:
        answer(talk, lucia, "By Lucía", seen=seen)

    assert held.value.details == {"name": "Ana Ruiz", "seq": first.seq}
    assert said(talk) == ["By Ana"]
    answer(talk, lucia, "By Lucía", seen=first.seq)
    assert said(talk) == ["By Ana", "By Lucía"]


def test_ones_own_answers_and_the_customers_words_hold_nothing_back(talk, ana):
    seen = talk.last_seq
    answer(talk, ana, "One", seen=seen)
    say(talk.id, "Thanks", by=actors.customer(id=talk.customer_id), client_key=str(new_id()))

    answer(talk, ana, "Two", seen=seen)

    assert said(talk) == ["One", "Thanks", "Two"]


def test_the_same_again_is_the_same_message_whatever_was_said_since(talk, ana, lucia):
    seen = talk.last_seq
    first = answer(talk, ana, "By Ana", key="k1", seen=seen)
    ownership.assign(talk.id, lucia.id, by=lucia.as_actor())
    second = answer(talk, lucia, "By Lucía", seen=first.seq)
    ownership.assign(talk.id, ana.id, by=lucia.as_actor())
    drafts.keep(talk.id, REPLY, "Y además", by=lucia.as_actor())

    again = answer(talk, ana, "By Ana", key="k1", seen=seen)

    assert again.id == first.id
    assert said(talk) == ["By Ana", "By Lucía"]
    assert second.seq > first.seq


def test_while_a_colleague_writes_an_answer_one_is_asked_first(talk, ana, lucia):
    drafts.keep(talk.id, REPLY, "Estoy mirando", by=lucia.as_actor())
    seen = talk.last_seq

    with pytest.raises(SomebodyAnswers) as asked:
        answer(talk, ana, seen=seen)

    assert asked.value.details == {"name": "Lucía Mena"}
    answer(talk, ana, "Anyway", seen=seen, anyway=True)
    with clock.moved_to(clock.now() + drafts.ANSWERING + timedelta(seconds=1)):
        answer(talk, ana, "Later", seen=talk.last_seq)
    assert said(talk) == ["Anyway", "Later"]


def test_a_colleagues_note_is_no_answer(talk, ana, lucia):
    drafts.keep(talk.id, NOTE, "Ojo", by=lucia.as_actor())
    seen = talk.last_seq
    answer(talk, lucia, "Ojo", kind=MessageKind.NOTE)

    answer(talk, ana, "Hola", seen=seen)

    assert said(talk) == ["Hola"]


def test_of_two_who_answer_at_the_same_instant_one_is_held_back(committing, in_parallel):
    ana, lucia = (StaffFactory(roles=["manager"], name=name) for name in ("Ana", "Lucía"))
    talk = ConversationFactory(open=True, owner=ana)
    talk_id, seen = talk.id, talk.last_seq
    both = {each.id: each.as_actor() for each in (ana, lucia)}
    db.session.commit()

    def speak(staff_id):
        with db.transaction():
            ownership.assign(talk_id, staff_id, by=both[staff_id])
            return say(talk_id, "Hola", by=both[staff_id], client_key=str(staff_id), seen=seen).seq

    answers = in_parallel(speak, list(both))

    assert sorted(type(each).__name__ for each in answers) == ["AnsweredMeanwhile", "int"]


def test_a_draft_follows_its_writer_and_goes_when_it_is_sent(talk, ana, lucia):
    drafts.keep(talk.id, REPLY, "Ho", by=ana.as_actor())
    drafts.keep(talk.id, REPLY, "Hola", by=ana.as_actor())
    drafts.keep(talk.id, NOTE, "Ojo", by=ana.as_actor())

    own = drafts.drafts_of(talk.id, by=ana.as_actor()).own
    assert {kind: each.body for kind, each in own.items()} == {REPLY: "Hola", NOTE: "Ojo"}
    assert drafts.drafts_of(talk.id, by=lucia.as_actor()).shared == []
    answer(talk, ana, "Hola", seen=talk.last_seq)

    assert list(drafts.drafts_of(talk.id, by=ana.as_actor()).own) == [NOTE]


def test_what_is_refused_keeps_its_draft(talk, ana, lucia):
    drafts.keep(talk.id, REPLY, "Mine", by=lucia.as_actor())

    with pytest.raises(NotYourConversation):
        answer(talk, lucia, "Mine")

    assert drafts.drafts_of(talk.id, by=lucia.as_actor()).own[REPLY].body == "Mine"


def test_a_shared_draft_is_taken_over_once(talk, ana, lucia):
    drafts.keep(talk.id, REPLY, "Begun by Ana", by=ana.as_actor(), shared=True)
    drafts.keep(talk.id, REPLY, "Hola,", by=lucia.as_actor())
    (theirs,) = drafts.drafts_of(talk.id, by=lucia.as_actor()).shared

    taken = drafts.take_over(theirs.id, by=lucia.as_actor())

    assert taken.body == "Hola,\nBegun by Ana"
    assert drafts.drafts_of(talk.id, by=ana.as_actor()).own == {}
    with pytest.raises(DraftGone):
        drafts.take_over(theirs.id, by=ana.as_actor())


def test_who_does_not_see_the_conversation_sees_and_keeps_no_draft(talk, ana):
    stranger = StaffFactory(markets=["BR"]).as_actor()
    private = drafts.keep(talk.id, REPLY, "Mine", by=ana.as_actor())
    shared = drafts.keep(talk.id, NOTE, "Ours", by=ana.as_actor(), shared=True)

    for refused, why in (
        (lambda: drafts.drafts_of(talk.id, by=stranger), NotFound),
        (lambda: drafts.keep(talk.id, REPLY, "x", by=stranger), NotFound),
        (lambda: drafts.take_over(shared.id, by=stranger), DraftGone),
        (lambda: drafts.take_over(private.id, by=stranger), DraftGone),
    ):
        with pytest.raises(why):
            refused()


def test_what_nobody_touches_for_a_month_is_forgotten(talk, ana):
    drafts.keep(talk.id, REPLY, "Old", by=ana.as_actor())

    with clock.moved_to(clock.now() + drafts.KEPT_FOR + timedelta(minutes=1)):
        drafts.keep(talk.id, NOTE, "New", by=ana.as_actor())
        assert drafts.forget_old(by=actors.administrator()) == 1

    assert db.session.scalar(select(func.count()).select_from(Draft)) == 1


def test_whoever_is_mentioned_in_a_note_is_told_in_her_language_without_its_words(talk, ana, lucia):
    with heard(ColleagueMentioned) as told:
        note = answer(talk, ana, "@Lucía Mena mira", kind=MessageKind.NOTE, mentions=[lucia.id])
    automation.colleague_mentioned(told[0])

    assert note.extra["mentions"] == [{"id": str(lucia.id), "name": "Lucía Mena"}]
    notice = db.session.scalars(select(StaffNotice)).one()
    assert notice.staff_id == lucia.id
    assert "Ana Ruiz" in notice.text
    assert "mira" not in notice.text


def test_only_colleagues_who_see_the_conversation_are_offered_and_can_be_mentioned(
    talk, ana, lucia
):
    hidden = StaffFactory(name="Plain Agent")
    far = StaffFactory(name="Far Away", roles=["manager"], markets=["BR"])

    assert [each.name for each in colleagues_of(talk, but=ana.as_actor())] == ["Lucía Mena"]
    for named in (hidden.id, far.id, new_id()):
        with pytest.raises(CannotSeeThis):
            answer(talk, ana, "@x", kind=MessageKind.NOTE, mentions=[named])
    with pytest.raises(Invalid):
        answer(talk, ana, "@Lucía Mena", mentions=[lucia.id])


def test_what_is_offered_is_what_the_door_allows(ana, lucia):
    agent = StaffFactory(name="Plain Agent")
    waiting = ConversationFactory(waiting=True)
    served = ConversationFactory(open=True, owner=agent)
    other = ConversationFactory(open=True, owner=ana, customer=served.customer)
    people = [agent, lucia]

    for talk in (waiting, served, other):
        offered = {each.id for each in colleagues_of(talk, but=ana.as_actor())}
        seen = {each.id for each in people if access.may_see(each.as_actor(), talk)}
        assert offered & {each.id for each in people} == seen
