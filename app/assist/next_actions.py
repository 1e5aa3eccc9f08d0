"""What to do next with a customer, by rules over facts about her. Pure; the most pressing first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.core.money import Money

_LEAVING = frozenset({"cancel_service", "port_number"})


class Step(StrEnum):
    """Each is something that the workspace does already."""

    ASK_TO_VERIFY = "ask_to_verify"
    LINK_OUTAGE = "link_outage"
    TELL_OUTAGE = "tell_outage"
    LOOK_AT_DISPUTE = "look_at_dispute"
    FOLLOW_ACTIVATION = "follow_activation"
    OFFER_TO_STAY = "offer_to_stay"
    SEND_PAYMENT_LINK = "send_payment_link"
    OFFER_ADD_ON = "offer_add_on"


@dataclass(frozen=True, slots=True)
class Bill:
    id: UUID
    number: str
    due: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Outage:
    """`ticket` is the reference of the ticket above those who are hit, `notice` what they are told,
    `is_linked` whether hers is below it; None where there is no ticket to link."""

    ticket: str
    area: str
    notice: str
    is_linked: bool | None


@dataclass(frozen=True, slots=True)
class Order:
    """Of a new line, that does not go on by itself."""

    id: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class Facts:
    """As far as whoever looks may know them. `wish` is what the bot took her for."""

    customer_id: UUID | None = None
    wish: str = ""
    can_be_asked_to_verify: bool = False
    overdue: tuple[Bill, ...] = ()
    disputed: tuple[Bill, ...] = ()
    used_up: tuple[Line, ...] = ()
    outage: Outage | None = None
    stuck: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One click. `about` is what it is done to: a bill, a line, an order, an outage."""

    step: Step
    about: Bill | Line | Outage | Order | None = None


def next_actions(facts: Facts) -> list[Action]:
    found = (rule(facts) for rule in _RULES)
    return [each for each in found if each is not None]


def _ask_to_verify(facts: Facts) -> Action | None:
    return Action(Step.ASK_TO_VERIFY) if facts.can_be_asked_to_verify else None


def _link_outage(facts: Facts) -> Action | None:
    it = facts.outage
    return Action(Step.LINK_OUTAGE, it) if it is not None and it.is_linked is False else None


def _tell_outage(facts: Facts) -> Action | None:
    return Action(Step.TELL_OUTAGE, facts.outage) if facts.outage else None


def _look_at_dispute(facts: Facts) -> Action | None:
    return Action(Step.LOOK_AT_DISPUTE, facts.disputed[0]) if facts.disputed else None


def _follow_activation(facts: Facts) -> Action | None:
    return Action(Step.FOLLOW_ACTIVATION, facts.stuck[0]) if facts.stuck else None


def _offer_to_stay(facts: Facts) -> Action | None:
    wants_to_leave = facts.wish in _LEAVING and facts.customer_id is not None
    return Action(Step.OFFER_TO_STAY) if wants_to_leave else None


def _send_payment_link(facts: Facts) -> Action | None:
    """Not for what she says is wrong: that is decided first."""
    disputed = {each.id for each in facts.disputed}
    owed = [each for each in facts.overdue if each.id not in disputed]
    return Action(Step.SEND_PAYMENT_LINK, owed[0]) if owed else None


def _offer_add_on(facts: Facts) -> Action | None:
    """Nothing is sold to who wants to leave, nor where nothing works."""
    if facts.wish in _LEAVING or facts.outage or not facts.used_up:
        return None
    return Action(Step.OFFER_ADD_ON, facts.used_up[0])


_RULES: tuple[Callable[[Facts], Action | None], ...] = (
    _ask_to_verify,
    _link_outage,
    _tell_outage,
    _look_at_dispute,
    _follow_activation,
    _offer_to_stay,
    _send_payment_link,
    _offer_add_on,
)
