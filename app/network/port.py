"""What the operator's network is to the rest of the application."""

from dataclasses import dataclass
from datetime import datetime
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
