"""What a ticket is promised: which policy holds for it, by when, and why. Pure.

Of the policies that fit, the one that the law asks for goes before the others, then the one that
names most of a case, then the one that names what stands first in `NAMED`. Each goal goes by the
first of them that has a target for it, so a policy may leave goals to those behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.tickets.models import Goal, Priority

RESPONSES = (Goal.FIRST_RESPONSE, Goal.NEXT_RESPONSE)
# What a policy may name of a case, the most telling first.
NAMED = ("kind", "segment", "topic", "channel", "market")

SEGMENTS = ("consumer", "vip", "enterprise")

Targets = Mapping[Goal, Mapping[Priority, timedelta]]


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as policies see it. Empty: it has none."""

    priority: Priority
    market: str
    topic: str
    kind: str = ""
    segment: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """`names` holds the values that a policy is for, of what it names; the rest does not matter.

    `stands` are the goals whose clocks stand still while the ticket waits for the customer.
    `warn_at` is the percentage of a target at which it warns, 0 for never. Without a `calendar` (a
    rule's key) its clocks run day and night. `chain` is the key of what is done when it warns or is
    missed. Where the `docket` is to be sent, the customer is told the number at once.
    """

    name: str
    targets: Targets
    id: UUID | None = None
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stands: frozenset[Goal] = frozenset({Goal.NEXT_RESPONSE, Goal.RESOLUTION})
    warn_at: int = 75
    calendar: UUID | None = None
    chain: UUID | None = None
    regulated: bool = False
    docket: bool = False

    def misses(self, case: Case) -> str | None:
        """What of a case is not as the policy names it, the first of `NAMED`; None when it fits."""
        for what in NAMED:
            if what in self.names and getattr(case, what) not in self.names[what]:
                return what
        return None

    @property
    def order(self) -> tuple[bool, int, tuple[bool, ...], str]:
        """The smallest goes first."""
        unnamed = tuple(what not in self.names for what in NAMED)
        return not self.regulated, -len(self.names), unnamed, self.name


def _each(*minutes: int) -> dict[Priority, timedelta]:
    ranks = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)
    return {rank: timedelta(minutes=n) for rank, n in zip(ranks, minutes, strict=True)}


# What holds where nobody has decided.
USUAL = Policy(
    "",
    {
        Goal.FIRST_RESPONSE: _each(2, 5, 15, 60),
        Goal.NEXT_RESPONSE: _each(2, 5, 15, 60),
        Goal.RESOLUTION: _each(240, 480, 1440, 4320),
    },
)


@dataclass(frozen=True, slots=True)
class Promise:
    goal: Goal
    within: timedelta
    policy: Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a policy does not hold (`misses`), or for which goals it does."""

    policy: Policy
    misses: str | None
    goals: tuple[Goal, ...]


def promises(case: Case, policies: Sequence[Policy]) -> dict[Goal, Promise]:
    """Every goal has one: where no policy tells, the usual does."""
    fitting = [*sorted(_fitting(case, policies), key=lambda each: each.order), USUAL]
    found = {}
    for goal in Goal:
        policy = next(each for each in fitting if case.priority in each.targets.get(goal, {}))
        found[goal] = Promise(goal, policy.targets[goal][case.priority], policy)
    return found


def verdicts(case: Case, policies: Sequence[Policy]) -> list[Verdict]:
    """All of them, in the order in which they are asked, the usual last."""
    chosen = promises(case, policies)
    return [
        Verdict(
            policy,
            policy.misses(case),
            tuple(goal for goal, promise in chosen.items() if promise.policy is policy),
        )
        for policy in [*sorted(policies, key=lambda each: each.order), USUAL]
    ]


def _fitting(case: Case, policies: Sequence[Policy]) -> list[Policy]:
    return [each for each in policies if each.misses(case) is None]


class State(StrEnum):
    """Of a clock, as people see it."""

    RUNNING = "running"
    WARNING = "warning"
    BREACHED = "breached"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"
    ENDED = "ended"  # its ticket was done before it mattered


def state_of(
    *, running: bool, stopped: bool, due_at: datetime | None, warn_at: datetime | None,
    breached: bool, now: datetime,
) -> State:  # fmt: skip
    """Also right before the sweep has come by."""
    is_late = breached or (running and due_at is not None and due_at < now)
    if stopped:
        return State.MISSED if is_late else State.KEPT
    if is_late:
        return State.BREACHED
    if not running:
        return State.PAUSED
    return State.WARNING if warn_at is not None and warn_at <= now else State.RUNNING
