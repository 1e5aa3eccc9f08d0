"""What the operator's network is to the rest of the application, and the house through which
operators hand each other numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Action(StrEnum):
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    CHANGE_PLAN = "change_plan"
    THROTTLE = "throttle"
    BLOCK_OUTGOING = "block_outgoing"
    BLOCK_ALL = "block_all"
    UNBLOCK = "unblock"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How a line does. Measurements are None while it is not registered; `issues` are codes."""

    registered: bool
    signal_dbm: int | None
    technology: str
    cell: str
    last_seen_at: datetime | None
    latency_ms: int | None
    throughput_mbps: float | None
    issues: tuple[str, ...]


class NetworkDown(Exception):
    """Try again later: no answer, no connection, or an answer that is not to be believed."""


class OrderRefused(Exception):
    """Do not try again: the network says that it will not do this."""


class NetworkProvider(Protocol):
    def diagnose(self, number: str, *, service: str) -> Diagnosis:
        """Test a line now. `service` is mobile, fibre or tv. Raises NetworkDown, OrderRefused."""

    def carry_out(self, order_id: UUID, action: Action, number: str, *, plan: str) -> None:
        """Do it, once per order id however often it is asked. `plan` is an offer code.

        Raises NetworkDown, OrderRefused.
        """


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another operator asks for a number of ours, with the code its customer gave it."""

    ref: str
    number: str
    code: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How our own request stands. `answer` is pending, accepted or refused, then with a reason."""

    answer: str
    reason: str = ""


class ClearingHouse(Protocol):
    """Each call may be repeated without another effect. All raise NetworkDown, OrderRefused."""

    def publish(self, number: str, code: str, valid_until: datetime) -> None:
        """Tell the house which code lets a number go."""

    def withdraw(self, number: str) -> None:
        """The number stays: its code is worth nothing, a request for it is off."""

    def wanted(self) -> list[Wanted]:
        """What others ask us for and we have not answered."""

    def answer(self, ref: str, *, move_at: datetime | None, reason: str) -> None:
        """Let it go at a moment, or refuse (None) with the name of the rule."""

    def hand_over(self, ref: str) -> None:
        """The number is theirs now."""

    def ask(self, request_id: UUID, number: str, code: str, port_on: date) -> None:
        """Ask another operator for a number."""

    def standing(self, request_id: UUID) -> Standing:
        """What became of it."""
