"""Asking customers how it was, by mail or SMS: once a case, never who told us or wants to hear
nothing. The night is kept by how notices leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation, Inbox
from app.core import clock, db, signed_ids
from app.core.actor import SYSTEM, Actor, Kind
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.sweeps import together
from app.customers import notices
from app.customers.models import Customer
from app.customers.notice_kinds import EMAIL, SMS
from app.insights import follow_ups
from app.insights.models import CaseFact, Survey
from app.insights.models.surveys import Question
from app.markets import policies
from app.markets import queries as markets
from app.messaging import switch
from app.messaging.models import Contact
from app.tickets.models import Ticket

SETTING = "survey"
GOOD_FOR = timedelta(days=30)
LONGEST_WAIT = 7 * 24 * 60
_LONGEST_COMMENT = 1000
_PLACE = "survey"
_AT_ONCE = 200
# How many points an answer may have.
POINTS = {Question.CSAT: range(1, 6), Question.NPS: range(11), Question.CES: range(1, 8)}
_WRITTEN_BY_PHONE = frozenset({"sms", "voice", "ussd", "whatsapp", "telegram"})


_NOT_ASKED = (Survey.asked_at.is_(None), Survey.withheld == "")


class AlreadyAnswered(Conflict):
    code = "survey_answered"
    message = lazy("You have answered already. Thank you!")


class SurveyOver(Conflict):
    code = "survey_over"
    message = lazy("This question is no longer open. You can always write to us.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a market asks, by which of the ways, so many minutes after a solution."""

    question: Question
    ways: tuple[str, ...]
    after: timedelta


def _plan(given: Any) -> Plan:
    if not isinstance(given, Mapping):
        raise TypeError(given)
    ways = tuple(given.get("ways", (EMAIL, SMS)))
    minutes = given.get("after_minutes", 60)
    fits = isinstance(minutes, int) and not isinstance(minutes, bool) and minutes >= 0
    if not ways or not set(ways) <= {EMAIL, SMS} or not fits or minutes > LONGEST_WAIT:
        raise Invalid(field=SETTING)
    return Plan(Question(given["question"]), ways, timedelta(minutes=minutes))


policies.declare(SETTING, _plan)


def plan_of(market_code: str) -> Plan | None:
    """None where a market asks nobody."""
    chosen = markets.settings_at(market_code, clock.now()).get(SETTING)
    return None if chosen is None else _plan(chosen)


def plan(ticket_id: UUID) -> None:
    """It is solved: ask her after a while. Solved again before that, the while begins anew."""
    with db.transaction():
        ticket = db.session.get_one(Ticket, ticket_id)
        asked = plan_of(ticket.market_code)
        if asked is None or ticket.customer_id is None or ticket.is_open:
            return
        customer = db.session.get_one(Customer, ticket.customer_id)
        way = _way(asked, customer, ticket.conversation)
        if way is None:
            return
        due_at = clock.now() + asked.after
        row = insert(Survey).values(
            id=new_id(),
            ticket_id=ticket.id,
            conversation_id=ticket.conversation_id,
            customer_id=customer.id,
            market_code=ticket.market_code,
            question=asked.question,
            way=way,
            language=customer.language,
            due_at=due_at,
        )
        again = row.on_conflict_do_update(
            index_elements=[Survey.ticket_id],
            set_={"due_at": due_at},
            where=Survey.asked_at.is_(None),
        )
        db.session.execute(again)


def _way(asked: Plan, customer: Customer, talk: Conversation | None) -> str | None:
    """Where she wrote from, if we may; else the first way by which we reach her."""
    reached = {EMAIL: customer.email, SMS: customer.phone}
    fits = [way for way in asked.ways if reached[way]]
    own = SMS if talk is not None and talk.channel in _WRITTEN_BY_PHONE else EMAIL
    return own if own in fits else next(iter(fits), None)


def ask_due() -> int:
    """Ask those whose time has come. Returns how many were asked; beat runs this every minute."""
    query = (
        select(Survey.id)
        .join(CaseFact, CaseFact.ticket_id == Survey.ticket_id)
        .where(Survey.due_at <= clock.now(), *_NOT_ASKED)
        .order_by(Survey.due_at)
        .limit(_AT_ONCE)
    )
    return together(_ask_all, db.session.scalars(query).all())


def _ask_all(survey_ids: Sequence[UUID]) -> int:
    """Those that nobody else asks at this moment, or has."""
    query = select(Survey).where(Survey.id.in_(survey_ids), *_NOT_ASKED)
    with db.transaction():
        found = db.session.scalars(query.with_for_update(of=Survey, skip_locked=True)).all()
        return sum(_ask(survey) for survey in found)


def _ask(survey: Survey) -> bool:
    ticket = db.session.get_one(Ticket, survey.ticket_id)
    if ticket.is_open:
        db.session.delete(survey)  # planned anew when it is solved again
        return False
    survey.withheld = _reason_against(survey, ticket)
    if survey.withheld:
        return False
    told = notices.notify(
        survey.customer_id,
        f"survey_{survey.way}",
        by=SYSTEM,
        effect_key=f"survey:{survey.id}",
        reference=ticket.reference,
        url=link(survey),
    )
    if not told:
        survey.withheld = "not_told"
        return False
    survey.slice_id = db.session.get_one(CaseFact, survey.ticket_id).slice_id
    survey.asked_at = clock.now()
    survey.asked_hour = _hour(survey, survey.asked_at)
    return True


def _reason_against(survey: Survey, ticket: Ticket) -> str:
    """`rated`: she told us in the chat. `stopped`: she wants to hear nothing of us there."""
    talk = ticket.conversation
    if talk is not None and talk.rated_at is not None and talk.rated_at >= ticket.created_at:
        return "rated"
    customer = db.session.get_one(Customer, survey.customer_id)
    if customer.deceased_at is not None:
        return "not_told"
    address = customer.email.lower() if survey.way == EMAIL else customer.phone
    query = (
        select(Contact.address)
        .join(Inbox, Inbox.id == Contact.inbox_id)
        .where(
            Contact.address == address,
            Contact.stopped,
            Inbox.channel == survey.way,
            Inbox.market_code == survey.market_code,
        )
    )
    return "stopped" if db.session.scalars(query).first() is not None else ""


def link(survey: Survey) -> str:
    return f"{switch.public_url()}/survey/{token_of(survey)}"


def token_of(survey: Survey) -> str:
    return signed_ids.token_of(_PLACE, survey.id)


def opened(token: str, *, lock: bool = False) -> Survey:
    """Raises NotFound for what we have not signed, SurveyOver after thirty days."""
    survey_id = signed_ids.id_in(_PLACE, token)
    survey = db.session.get(Survey, survey_id, with_for_update=lock or None)
    if survey is None or survey.asked_at is None:
        raise NotFound
    if survey.asked_at + GOOD_FOR <= clock.now():
        raise SurveyOver
    return survey


def answer(token: str, score: int, comment: str) -> Survey:
    """What she says, once. A bad answer becomes somebody's to look after."""
    with db.transaction():
        survey = opened(token, lock=True)
        if survey.answered_at is not None:
            raise AlreadyAnswered
        if score not in POINTS[survey.question]:
            raise Invalid(field="score")
        survey.score = score
        survey.comment = cleaned(comment, may_be_empty=True)[:_LONGEST_COMMENT]
        survey.answered_at = clock.now()
        survey.answered_hour = _hour(survey, survey.answered_at)
        by = Actor(Kind.CUSTOMER, survey.customer_id, survey.customer.name)
        audit.record(by, "survey.answered", "ticket", survey.ticket_id, score=score)
        follow_ups.open_for_survey(survey)
    return survey


def _hour(survey: Survey, moment: datetime) -> datetime:
    """The hour of her market's clock that it is in."""
    zone = ZoneInfo(markets.market(survey.market_code).timezone)
    local = moment.astimezone(zone)
    passed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment - passed
