"""Past conversations: what customers asked, what the bot said, how agents solved it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid5

from sqlalchemy import select

from app.conversations import switchboard
from app.conversations.models import Inbox, Verification
from app.conversations.port import Answer, Question
from app.conversations.service import beginning, handover, messages, ownership, turn
from app.core import clock, db
from app.core.actor import BOT, Actor
from app.customers.models import Customer
from app.demo.operator import COLLEAGUES
from app.identity.models import Staff
from app.tickets import queries as tickets_queries
from app.tickets import service as tickets

A_DAY = 1.6


@dataclass(frozen=True, slots=True)
class Talk:
    """One case: what was asked, what it was about, and the two answers, by language."""

    intent: str
    topic: str
    asked: Mapping[str, str]
    bot: Mapping[str, str]
    agent: Mapping[str, str] | None


TALKS = (
    Talk(
        "check_usage", "technical",
        {"es": "cuántos gigas me quedan?", "pt": "quanto de internet ainda tenho?",
         "en": "how much data do I have left"},
        {"es": "Te quedan 7.2 GB hasta el fin de tu periodo.",
         "pt": "Você ainda tem 7,2 GB até o fim do período.",
         "en": "You have 7.2 GB left until your period ends."},
        None,
    ),
    Talk(
        "view_bill", "billing",
        {"es": "me pasas mi factura porfa", "pt": "me manda minha fatura?",
         "en": "can you show me my bill"},
        {"es": "Aquí está tu última factura.", "pt": "Aqui está sua última fatura.",
         "en": "Here is your latest bill."},
        None,
    ),
    Talk(
        "dispute_charge", "billing",
        {"es": "me cobraron de más este mes y no sé por qué", "pt": "minha conta veio muito alta",
         "en": "my bill is way too high this month, why?"},
        {"es": "Te comunico con una persona.", "pt": "Vou te passar para uma pessoa.",
         "en": "Let me get a person for you."},
        {"es": "Revisé tu factura: el cambio de plan se cobró prorrateado. Te explico cada línea.",
         "pt": "Revisei sua fatura: a troca de plano foi proporcional. Explico cada linha.",
         "en": "I went through your bill: the plan change was prorated. Here is each line."},
    ),
    Talk(
        "network_problem", "technical",
        {"es": "desde anoche no tengo señal en mi casa", "pt": "estou sem sinal desde ontem",
         "en": "no signal at home since last night"},
        {"es": "Lo paso a soporte técnico.", "pt": "Vou encaminhar ao suporte técnico.",
         "en": "I am passing this on to technical support."},
        {"es": "Reiniciamos la celda de tu zona; apaga y enciende el teléfono.",
         "pt": "Reiniciamos a antena da sua região; desligue e ligue o celular.",
         "en": "We restarted the cell in your area; please switch your phone off and on."},
    ),
    Talk(
        "cancel_service", "sales",
        {"es": "quiero dar de baja mi línea", "pt": "quero cancelar minha linha",
         "en": "I want to cancel my line"},
        {"es": "Te paso con una persona del equipo.", "pt": "Vou te passar para alguém da equipe.",
         "en": "I will hand you over to a colleague."},
        {"es": "Te ofrecí un plan menor y te quedas con él. ¡Gracias!",
         "pt": "Oferecemos um plano menor e você ficou com ele. Obrigado!",
         "en": "You stay with the smaller plan I offered. Thank you!"},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remembered:
    """The bot of those days: it said this; now and then it was not sure, or took it for something
    else."""

    talk: Talk
    dice: random.Random

    def ask(self, question: Question) -> list[Answer]:
        return [Answer(self.talk.bot[question.language], custom=self._understood())]

    def is_up(self) -> bool:
        return True

    def _understood(self) -> dict[str, Any]:
        guess, intended = self.dice.random(), self.talk.intent
        sure = 0.3 + 0.19 * self.dice.random() if guess < 0.15 else 0.6 + 0.39 * self.dice.random()
        intent = "nlu_fallback" if guess < 0.05 else intended
        others = [each.intent for each in TALKS if each is not self.talk]
        return {
            "kind": "understood",
            "intent": intent,
            "confidence": round(sure, 4),
            "next": intended if intent != intended else self.dice.choice(others),
            "next_confidence": round(sure / 3, 4),
        }


class Past(Protocol):
    dice: random.Random
    customers: dict[UUID, Customer]
    inboxes: dict[str, UUID]


def have(past: Past, midnight: datetime) -> None:
    """The conversations of one day."""
    dice = past.dice
    for number in range(int(A_DAY) + (dice.random() < A_DAY % 1)):
        moment = midnight + timedelta(hours=14 + number * 3, minutes=dice.randint(0, 59))
        customer = dice.choice(list(past.customers.values()))
        _talk(past, customer, dice.choice(TALKS), moment)


def _talk(past: Past, customer: Customer, talk: Talk, moment: datetime) -> None:
    language = customer.language
    with clock.moved_to(moment):
        conversation_id, herself = _begin(past, customer)
        _say(conversation_id, talk.asked[language], herself)
    with clock.moved_to(moment + timedelta(seconds=1)):
        switchboard.plug_in(Remembered(talk, past.dice))
        turn.answer(conversation_id)
    if talk.agent is None:
        with clock.moved_to(moment + timedelta(minutes=4)):
            ownership.resolve(conversation_id, by=BOT)
        return
    _with_agent(past, conversation_id, customer, herself, talk, moment)


def _begin(past: Past, customer: Customer) -> tuple[UUID, Actor]:
    """As the widget would: the operator's site has signed for her."""
    with db.transaction():
        conversation = beginning.begin(
            db.session.get_one(Inbox, past.inboxes[customer.market_code]),
            customer,
            verification=Verification.IDENTITY,
            language=customer.language,
        )
        return conversation.id, beginning.writer_of(conversation, customer)


def _with_agent(
    past: Past,
    conversation_id: UUID,
    customer: Customer,
    herself: Actor,
    talk: Talk,
    moment: datetime,
) -> None:
    assert talk.agent is not None  # noqa: S101 - the caller looked
    language, dice = customer.language, past.dice
    with clock.moved_to(moment + timedelta(seconds=2)):
        handover.hand_over(
            conversation_id,
            by=BOT,
            reason="asked",
            intent=talk.intent,
            topic=talk.topic,
            slots={},
            tried=[],
            summary=talk.asked["en"],
        )
    ticket = tickets_queries.open_ticket_of(conversation_id)
    if ticket is None:
        return
    agent = _agent_for(customer, dice)
    waited = timedelta(seconds=dice.randint(8, 110))
    with clock.moved_to(moment + waited):
        tickets.accept(ticket.id, by=agent)
        _say(conversation_id, talk.agent[language], agent)
    with clock.moved_to(moment + waited + timedelta(minutes=dice.randint(3, 25))):
        tickets.resolve(ticket.id, by=agent, resolution=talk.agent[language])
        if dice.random() < 0.6:
            ownership.rate(conversation_id, dice.choice((3, 4, 4, 5, 5, 5)), by=herself)


def _agent_for(customer: Customer, dice: random.Random) -> Actor:
    fitting = [
        each.email
        for each in COLLEAGUES
        if each.roles == ("agent",)
        and customer.market_code in (each.markets or (customer.market_code,))
    ]
    staff = db.session.scalars(select(Staff).where(Staff.email == dice.choice(fitting))).one()
    return staff.as_actor()


def _say(conversation_id: UUID, text: str, by: Actor) -> None:
    key = str(uuid5(conversation_id, f"{by.kind}:{text}:{clock.now()}"))
    messages.say(conversation_id, text, by=by, client_key=key)
