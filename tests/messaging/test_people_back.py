"""Who asks for a person when nobody is there is told when somebody will be."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.conversations import queries
from app.conversations.models import Status
from app.conversations.service import handover
from app.core import clock, events
from app.core.actor import BOT
from app.messaging.hours import opens_at
from app.tickets.models import Ticket
from app.wiring.reactions import IN_TRANSACTION
from tests.factories.conversations import ConversationFactory, InboxFactory

OFFICE = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "fri")}
MEXICO = "America/Mexico_City"


def here(*when):
    return datetime(*when, tzinfo=ZoneInfo(MEXICO))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (here(2026, 11, 23, 8, 59), here(2026, 11, 23, 9)),
        (here(2026, 11, 23, 13, 30), here(2026, 11, 23, 14)),
        (here(2026, 11, 25, 18, 0), here(2026, 11, 27, 9)),  # Thursday is closed
        (here(2026, 12, 24, 20, 0), here(2026, 12, 28, 9)),  # Christmas is a Friday
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), here(2026, 11, 24, 9)),  # Monday evening here
    ],
)
def test_the_next_opening_is_found_over_days_and_holidays(moment, opens):
    assert opens_at(OFFICE, moment, MEXICO, [date(2026, 12, 25)]) == opens


def test_what_never_opens_has_no_opening():
    assert opens_at({"mon": []}, here(2026, 11, 23, 8), MEXICO) is None


@pytest.fixture
def ask(database, monkeypatch):
    """Ask for a person at a moment; what the customer reads then."""
    monkeypatch.setattr(events._tables, "in_transaction", IN_TRANSACTION)

    def asked(moment, *, language="es", **inbox):
        with clock.moved_to(moment):
            talk = ConversationFactory(inbox=InboxFactory(**inbox), language=language)
            handover.hand_over(
                talk.id, by=BOT, reason="asked", intent="talk_to_agent", topic="other",
                slots={}, tried=[], summary="",
            )  # fmt: skip
        said = queries.messages_after(talk.id, 0, for_staff=False)
        return talk, [each.body for each in said if each.kind == "text"]

    return asked


def test_at_night_she_is_told_when_people_are_back_and_her_ticket_stays(ask, session):
    talk, (said,) = ask(here(2026, 11, 25, 22, 0), hours=OFFICE, language="en")

    assert "Nobody of our team is here at this hour. We are back on Friday, November 27" in said
    assert "9:00" in said
    assert talk.status is Status.WAITING
    assert session.query(Ticket).filter_by(conversation_id=talk.id).count() == 1


def test_the_operators_own_words_come_with_the_time(ask):
    _, (said,) = ask(here(2026, 11, 25, 22, 0), hours=OFFICE, closed_words="Cerramos a las 18 h.")

    assert said.startswith("Cerramos a las 18 h. ")
    assert "viernes" in said


def test_by_day_and_without_hours_nothing_is_said(ask):
    assert ask(here(2026, 11, 25, 10, 0), hours=OFFICE)[1] == []
    assert ask(here(2026, 11, 25, 22, 0))[1] == []
