"""What a customer is told of how her conversation stands."""

from datetime import timedelta

from app.core import clock
from app.portal.standing import replayed, standing
from app.tickets.models import Priority
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.tickets import TicketFactory


def test_who_waits_knows_her_place_in_the_line(database):
    talk = ConversationFactory(waiting=True)
    TicketFactory(talk=talk)
    TicketFactory(created_at=clock.now() - timedelta(minutes=5))
    TicketFactory(priority=Priority.URGENT)

    assert standing(talk)["position"] == 3


def test_who_does_not_wait_has_no_place(database):
    with_bot, with_person = ConversationFactory(), ConversationFactory(open=True)

    assert standing(with_bot)["position"] is None
    assert standing(with_person)["position"] is None
    assert standing(with_person)["agent"] == with_person.assignee.name


def test_a_long_absence_is_replayed_in_parts_that_leave_nothing_out(database):
    talk = ConversationFactory(last_seq=250)
    for seq in range(1, 251):
        MessageFactory(conversation=talk, seq=seq)

    first = replayed(talk, 0)
    last = first["messages"][-1]["seq"]
    second = replayed(talk, last)

    assert (first["more"], second["more"]) == (True, False)
    seen = [each["seq"] for each in first["messages"] + second["messages"]]
    assert seen == list(range(1, 251))
