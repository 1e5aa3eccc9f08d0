"""What a customer is told of how her conversation stands."""

from datetime import UTC, datetime, timedelta

from app.conversations.models import Availability, Conversation
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.portal import push
from app.portal.standing import replayed, standing
from app.tickets import service
from app.tickets.events import TicketAccepted
from app.tickets.models import Distribution, Priority, Status
from app.tickets.service import assignment
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory, team_working
from tests.heard import heard

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)  # of a Monday in Mexico City
HOUR = timedelta(hours=1)


def test_who_waits_knows_her_place_in_the_line(database):
    talk = ConversationFactory(waiting=True)
    TicketFactory(talk=talk)
    TicketFactory(created_at=clock.now() - timedelta(minutes=5))
    TicketFactory(priority=Priority.URGENT)

    assert standing(talk)["position"] == 3


def test_everybody_in_line_hears_her_place_when_somebody_is_served(database, monkeypatch):
    told = []
    monkeypatch.setattr(push, "_emit", lambda _name, news, talk: told.append((talk, news)))
    talks = [ConversationFactory(waiting=True) for _ in range(3)]
    first, _second, _third = [
        TicketFactory(talk=talk, created_at=clock.now() - timedelta(minutes=9 - place))
        for place, talk in enumerate(talks)
    ]
    call = ConversationFactory(waiting=True, channel="voice")
    TicketFactory(talk=call, priority=Priority.URGENT)  # a place, and no widget

    with heard(TicketAccepted) as said:
        assignment.accept(first.id, by=StaffFactory(roles=["agent"]).as_actor())
    push.line_moved(said[0])

    assert [(talk, news["position"]) for talk, news in told] == [
        (talks[1].id, 2),
        (talks[2].id, 3),
    ]
    assert all(
        news["position"] == standing(db.session.get_one(Conversation, talk))["position"]
        for talk, news in told
    )


def test_the_wait_that_is_to_be_expected_is_the_median_of_the_last_hour(database):
    talk = ConversationFactory(waiting=True)
    TicketFactory(talk=talk)
    assert standing(talk)["wait"] is None
    for minutes in (1, 4, 30):
        accepted = clock.now() - timedelta(minutes=5)
        TicketFactory(
            status=Status.OPEN,
            created_at=accepted - timedelta(minutes=minutes),
            accepted_at=accepted,
        )

    assert standing(talk)["wait"] == 4


def test_who_waits_for_a_closed_team_is_told_when_it_opens_and_not_how_long_others_wait(
    database, monkeypatch
):
    told = []
    monkeypatch.setattr(push, "_emit", lambda _name, news, talk: told.append((talk, news)))
    with clock.moved_to(NOON):
        team = night_team()
        talks = [ConversationFactory(waiting=True) for _ in range(3)]
        hers, everybodys, first = (
            TicketFactory(talk=talk, team_id=team_id)
            for talk, team_id in zip(talks, (team.id, None, None), strict=True)
        )
        for minutes in (4, 4, 4):
            accepted = NOON - timedelta(minutes=5)
            TicketFactory(
                status=Status.OPEN,
                created_at=accepted - timedelta(minutes=minutes),
                accepted_at=accepted,
            )

        with heard(TicketAccepted) as said:
            assignment.accept(first.id, by=StaffFactory(roles=["agent"]).as_actor())
        push.line_moved(said[0])

        opens = {"position": 1, "wait": None, "opens_at": (NOON + 10 * HOUR).isoformat()}
        assert dict(told) == {
            hers.conversation_id: opens,
            everybodys.conversation_id: {"position": 1, "wait": 4, "opens_at": None},
        }
        assert told_of(talks[0]) == opens
        ownership.set_availability(StaffFactory().id, Availability.AVAILABLE, by=SYSTEM)
        assert told_of(talks[0]) == {"position": 1, "wait": 4, "opens_at": None}

    with clock.moved_to(NOON + 10 * HOUR):
        assert told_of(talks[0])["opens_at"] is None


def told_of(talk):
    now = standing(talk)
    return {each: now[each] for each in ("position", "wait", "opens_at")}


def night_team():
    """It works from ten in the evening, in a market that hands out its tickets."""
    MarketFactory()
    service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER)
    return team_working({"mon": [["22:00", "24:00"]]})


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
