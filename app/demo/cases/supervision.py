"""What a supervisor has done in the demo's last days: shifts, a score card, reviewed talks."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.conversations.models import Availability, Conversation, Status
from app.conversations.service import ownership
from app.core import clock, db
from app.demo.actors import colleague
from app.identity.models import Staff
from app.insights import adherence, follow_ups, quality
from app.insights.models.quality import Response
from app.insights.quality import Answer

_ASKED = (
    {"words": "Saluda y se presenta", "weight": 10},
    {"words": "Comprueba quién escribe antes de dar datos", "weight": 20, "fatal": True},
    {"words": "Resuelve lo que se pidió", "weight": 40},
    {"words": "Explica en palabras sencillas", "weight": 20},
    {"words": "Se despide y pregunta si falta algo", "weight": 10},
)
# Points of each question, and what the reviewer noted of the third.
_SEEN: Sequence[tuple[tuple[int | None, ...], str]] = (
    ((4, 4, 4, 4, 3), "Explicó cada línea de la factura sin que se lo pidieran."),
    ((4, 4, 3, 2, 3), "Faltó decir cuándo se aplica el cambio."),
    ((3, 4, 4, 3, None), ""),
    ((2, 0, 3, 3, 2), "Leyó el saldo antes de comprobar quién escribía."),
    ((4, 4, 4, 3, 4), ""),
)
# Who works when, by the clock there, and how many minutes late she came.
_SHIFTS = (
    ("ana", "America/Mexico_City", 9, 17, 2),
    ("bruno", "America/Sao_Paulo", 8, 16, 14),
    ("chitra", "Asia/Kolkata", 10, 18, 0),
    ("diego", "America/Mexico_City", 12, 20, 5),
)
_LUNCH = timedelta(hours=4), timedelta(minutes=45)


def arrange() -> None:
    for first_name, zone, begins, ends, late in _SHIFTS:
        _work(first_name, ZoneInfo(zone), begins, ends, timedelta(minutes=late))
    _review()
    _look_into()


def _work(first_name: str, zone: ZoneInfo, begins: int, ends: int, late: timedelta) -> None:
    """Yesterday's shift is over; today's and tomorrow's are planned."""
    sofia, agent = colleague("sofia"), colleague(first_name)
    today = clock.now().astimezone(zone).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        adherence.enter(agent.id, _at(day, begins, zone), _at(day, ends, zone), by=sofia)
    came = _at(today - timedelta(days=1), begins, zone) + late
    ate, back = came + _LUNCH[0], came + _LUNCH[0] + _LUNCH[1]
    left = _at(today - timedelta(days=1), ends, zone)
    for moment, state in (
        (came, Availability.AVAILABLE),
        (ate, Availability.BREAK),
        (back, Availability.AVAILABLE),
        (left, Availability.OFFLINE),
    ):
        with clock.moved_to(moment):
            ownership.set_availability(agent.id, state, by=agent)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone)


def _review() -> None:
    sofia = colleague("sofia")
    with clock.moved_to(clock.now() - timedelta(days=9)):
        card = quality.write_card("Conversaciones", _ASKED, by=sofia)
    solved = select(Conversation).where(
        Conversation.assignee_id.is_not(None), Conversation.status == Status.RESOLVED
    )
    latest = db.session.scalars(solved.order_by(Conversation.last_message_at.desc()).limit(5))
    for days, (talk, (points, words)) in enumerate(zip(latest.all(), _SEEN, strict=False)):
        answers = {f"q{place}": Answer(each) for place, each in enumerate(points, start=1)}
        answers["q3"] = Answer(points[2], words)
        with clock.moved_to(clock.now() - timedelta(days=days, hours=2)):
            made = quality.review(talk.id, card.id, answers, by=sofia)
        if made.failed:
            agent = db.session.get_one(Staff, made.agent_id).as_actor()
            said = "Venía identificado desde la aplicación."
            quality.respond(made.id, Response.DISAGREED, said, by=agent)


def _look_into() -> None:
    """Customers who were not content heard from somebody, unless it was in the last days."""
    sofia, lately = colleague("sofia"), clock.now() - timedelta(days=6)
    for complaint, _words in follow_ups.listed(sofia):
        if complaint.at < lately:
            with clock.moved_to(complaint.at + timedelta(days=1)):
                follow_ups.finish(complaint.id, "La llamé y le pedí disculpas.", by=sofia)
