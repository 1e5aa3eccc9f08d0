"""What agents do about calls: calling back, holding, and noting what came of one."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.conversations.events import ConversationAssigned
from app.conversations.models import Availability, Message, MessageKind, Status
from app.conversations.queries import availability_of
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid, NotFound
from app.markets import queries as markets
from app.messaging import switch
from app.selfservice import listeners, queries
from app.selfservice.asker import Asker
from app.selfservice.errors import (
    AlreadyWrappedUp,
    CallFailed,
    CallGoesOn,
    NobodyToCall,
    NoCall,
)
from app.selfservice.models import Dialogue, Outcome, Result
from app.selfservice.service import call_backs, calls, desk, outgoing, wrapping
from app.tickets.models import Ticket
from channels.dialogue import Ended, Fetched, Held, Joined
from channels.port import ChannelDown, Undeliverable
from tests.factories.actors import agent as an_agent
from tests.factories.identity import StaffFactory
from tests.heard import heard
from tests.selfservice.test_calls import queued, tags, talk_of, wires, words

__all__ = ["wires"]


def accepted(dialogue):
    agent = an_agent(id=StaffFactory().id)
    ownership.set_availability(agent.id, Availability.AVAILABLE, by=agent)
    with heard(ConversationAssigned) as said:
        ownership.assign(dialogue.conversation_id, agent.id, by=SYSTEM)
    return agent, said[0]


@pytest.fixture
def waiting(phone, hers, wires):
    """She hung up and waits to be called back, at her place in the queue."""
    caller = phone(hers.line.number)
    caller.inbox.address = "+525550006110"
    dialogue = queued(caller)
    desk.want_call_back(dialogue)
    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))
    return dialogue


@pytest.fixture
def talking_to(phone, hers, wires):
    """An agent who has her on the line."""
    caller = phone(hers.line.number)
    dialogue = queued(caller)
    agent, _ = accepted(dialogue)
    calls.fetched(caller.inbox, Fetched(caller.session_id), wires)
    return agent, talk_of(caller), caller


def latest(dialogue):
    db.session.expire_all()
    return queries.latest_of(dialogue.conversation_id)


def activities(dialogue):
    query = select(Message).where(
        Message.conversation_id == dialogue.conversation_id, Message.kind == MessageKind.ACTIVITY
    )
    return [each.extra["activity"] for each in db.session.scalars(query.order_by(Message.seq))]


def test_who_accepts_a_call_back_rings_her_once_and_is_connected(waiting, wires):
    agent, event = accepted(waiting)
    place = db.session.scalars(select(Ticket)).one()

    for _ in range(3):
        listeners.put_through(event)
    made = latest(waiting)
    answer = calls.fetched(made.inbox, Fetched(made.session_id), wires).body.decode()

    base = switch.webhook_of(waiting.inbox)
    assert wires.dialled == [(waiting.sender, "+525550006110", f"{base}/agent", f"{base}/status")]
    assert (made.outgoing, made.agent_id, made.conversation_id) == (
        True,
        agent.id,
        place.conversation_id,
    )
    assert words(answer) == "Aurora is calling you. This call may be recorded."
    assert tags(answer) == ["Say", "Dial"]
    assert ET.fromstring(answer).find("Dial").get("record") == "record-from-answer-dual"
    assert queries.call_backs([waiting.conversation_id]) == {}
    assert wires.moved == []


def test_who_wrote_that_she_wants_a_call_is_rung_and_her_talk_left_to_the_bot(phone, hers, wires):
    telephone, mexico = phone(hers.line.number).inbox, markets.market("MX")
    telephone.address = "+525550006110"
    asker = Asker(hers.talk, mexico, "en")
    wanted = call_backs.ask(
        asker, "+525598765432", intent="call_back", topic="other", tried=[], said="call me"
    )

    _, event = accepted(wanted)
    listeners.put_through(event)

    assert [number for number, *_ in wires.dialled] == ["+525598765432"]
    assert hers.talk.status is Status.BOT


def test_the_queue_knows_the_number_until_she_is_called(waiting):
    assert queries.call_backs([waiting.conversation_id]) == {
        waiting.conversation_id: waiting.sender
    }


@pytest.mark.parametrize("trouble", [ChannelDown("away"), Undeliverable("no such number")])
def test_a_call_that_cannot_be_made_is_on_the_timeline_and_may_be_tried_again(
    waiting, wires, trouble
):
    agent, event = accepted(waiting)
    wires.fails = trouble

    listeners.put_through(event)
    failed = latest(waiting)
    with pytest.raises(CallFailed):
        outgoing.call_out(waiting.conversation_id, by=agent)
    wires.fails = None
    outgoing.call_out(waiting.conversation_id, by=agent)

    assert failed.outcome is Outcome.FAILED
    assert activities(waiting).count("call_failed") == 2
    assert len(wires.dialled) == 1


def test_nobody_is_rung_twice_at_a_time_and_a_lost_call_is_given_up(waiting, wires, monkeypatch):
    agent, _ = accepted(waiting)
    monkeypatch.setattr(wires, "dial", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("dies")))
    with pytest.raises(RuntimeError):
        outgoing.call_out(waiting.conversation_id, by=agent)
    monkeypatch.undo()
    monkeypatch.setattr(switch, "held", lambda _inbox: wires)

    with pytest.raises(CallGoesOn):
        outgoing.call_out(waiting.conversation_id, by=agent)
    with clock.moved_to(clock.now() + timedelta(minutes=2)):
        outgoing.call_out(waiting.conversation_id, by=agent)

    assert len(wires.dialled) == 1


def test_only_the_owner_calls_and_only_whose_number_is_known(waiting, wires):
    accepted(waiting)
    other = an_agent(id=StaffFactory().id)

    with pytest.raises(NotFound):
        outgoing.call_out(waiting.conversation_id, by=other)
    waiting.sender = ""
    with pytest.raises(NobodyToCall):
        outgoing.call_out(waiting.conversation_id, by=SYSTEM)


def test_she_waits_on_hold_and_the_agent_is_rung_again(talking_to, wires):
    agent, dialogue, caller = talking_to

    calls.hold(dialogue.conversation_id, on=True, by=agent)
    heard_meanwhile = calls.held(caller.inbox, Held(caller.session_id), wires).body.decode()
    calls.hold(dialogue.conversation_id, on=False, by=agent)

    base = switch.webhook_of(caller.inbox)
    assert [url for _, url in wires.moved] == [f"{base}/hold", f"{base}/agent"]
    assert tags(heard_meanwhile) == ["Say", "Pause", "Redirect"]
    assert ET.fromstring(heard_meanwhile).find("Redirect").text == f"{base}/hold"


def test_nobody_else_holds_a_call_and_none_that_is_over(talking_to, wires):
    agent, dialogue, caller = talking_to
    other = an_agent(id=StaffFactory().id)

    with pytest.raises(NotFound):
        calls.hold(dialogue.conversation_id, on=True, by=other)
    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))
    with pytest.raises(NoCall):
        calls.hold(dialogue.conversation_id, on=True, by=agent)


def test_after_a_call_the_agent_is_not_free_until_she_noted_what_came_of_it(talking_to):
    agent, dialogue, caller = talking_to
    with pytest.raises(CallGoesOn):
        wrapping.wrap_up(dialogue.id, "solved", by=agent)
    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))
    meanwhile = availability_of(agent.id)

    wrapping.wrap_up(dialogue.id, "solved", "New SIM sent.", by=agent)
    db.session.expire_all()

    assert meanwhile is Availability.WRAP_UP
    assert availability_of(agent.id) is Availability.AVAILABLE
    assert latest(dialogue).result is Result.SOLVED
    assert activities(dialogue)[-1] == "wrapped_up"
    notes = select(Message.body).where(Message.kind == MessageKind.NOTE)
    assert list(db.session.scalars(notes)) == ["New SIM sent."]
    with pytest.raises(AlreadyWrappedUp):
        wrapping.wrap_up(dialogue.id, "other", by=agent)


def test_an_agent_on_a_break_stays_on_it(talking_to):
    agent, dialogue, caller = talking_to
    ownership.set_availability(agent.id, Availability.BREAK, by=agent)

    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))
    wrapping.wrap_up(dialogue.id, "other", by=agent)

    db.session.expire_all()
    assert availability_of(agent.id) is Availability.BREAK


def test_an_outcome_may_be_that_she_is_to_be_called_back(talking_to):
    agent, dialogue, caller = talking_to
    desk.end(caller.inbox, Ended(caller.session_id, "no_answer", 0))

    wrapping.wrap_up(dialogue.id, "call_back", by=agent)

    assert queries.call_backs([dialogue.conversation_id])


@pytest.mark.parametrize(
    ("result", "note"), [("fine", ""), ("solved", "x" * 1001), ("other", "\0")]
)
def test_what_makes_no_sense_is_not_noted(talking_to, result, note):
    agent, dialogue, caller = talking_to
    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))

    with pytest.raises(Invalid):
        wrapping.wrap_up(dialogue.id, result, note, by=agent)
    assert latest(dialogue).wrapped_up_at is None


def test_another_agent_notes_nothing_of_it(talking_to, phone, hers):
    _, dialogue, caller = talking_to
    desk.end(caller.inbox, Ended(caller.session_id, "completed", 60))
    other = an_agent(id=StaffFactory().id)

    with pytest.raises(NotFound):
        wrapping.wrap_up(dialogue.id, "solved", by=other)
    served = phone(hers.line.number, session_id="CA" + "3" * 32)
    served.call()
    with pytest.raises(NotFound):
        wrapping.wrap_up(talk_of(served).id, "solved", by=other)


@pytest.mark.parametrize(("key", "ends"), [("1", "Hangup"), ("2", "Record")])
def test_outside_its_hours_a_call_back_or_a_message_is_offered(phone, hers, wires, key, ends):
    caller = phone(hers.line.number)
    caller.inbox.hours = {"sun": [["03:00", "03:01"]]}
    caller.call()
    caller.press("8")

    offered = words(caller.press("1"))
    told = caller.press(key)
    if key == "1":
        told = caller.press("1")

    assert offered.startswith("Nobody is here at this hour. For Call me back, press 1.")
    assert not list(
        db.session.scalars(select(Dialogue).where(Dialogue.put_through_at.is_not(None)))
    )
    if ends == "Record":
        assert tags(told)[-1] == "Record"
        caller.press("")
    else:
        assert "We call you back at" in words(told)
    assert (
        db.session.scalars(select(Ticket)).one().conversation_id == talk_of(caller).conversation_id
    )


def test_an_inbox_may_say_in_its_own_words_that_it_is_closed(phone, hers):
    caller = phone("")
    caller.inbox.language = "en"
    caller.inbox.hours, caller.inbox.closed_words = {"sun": [["03:00", "03:01"]]}, "Back at nine."
    caller.call()
    caller.say("a person please")

    offered = words(caller.press("1"))

    assert offered.startswith("Back at nine. For Leave a message, press 1.")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "This call may be recorded."), ("es", "puede ser grabada"), ("pt", "pode ser gravada")],
)
def test_before_anything_is_recorded_she_is_told_in_her_language(phone, hers, language, told):
    hers.account.customer.language = language
    caller = phone(hers.line.number)
    caller.call()
    caller.press("8")

    assert told in words(caller.press("1"))


def test_a_call_nobody_takes_is_a_message(talking_to, wires):
    _, _, caller = talking_to

    answer = calls.joined(caller.inbox, Joined(caller.session_id, "no_answer"), wires)

    assert tags(answer.body.decode()) == ["Say", "Record"]
