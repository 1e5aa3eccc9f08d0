"""What reports can show: each measure with its formula, in words and in numbers. Pure.

A measure is worked out from tallies of facts, so that any hours and slices can be added up first
and divided once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.i18n import lazy
from app.insights.facts import BOUNDS, Fact, quantile, share_within


@dataclass(slots=True)
class Tally:
    """How many, their sum (milliseconds, points), and how many in each bucket."""

    n: int = 0
    total: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, bucket: int, n: int, total: int) -> None:
        self.n += n
        self.total += total
        self.buckets[bucket] = self.buckets.get(bucket, 0) + n


Tallies = Mapping[Fact, Tally]


def tallies() -> defaultdict[Fact, Tally]:
    return defaultdict(Tally)


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` gets tallies and the seconds of the service level; None without cases. `rows_of`
    is the fact whose rows are behind it; `up_is_good` is None where neither is; `spread` says that
    it takes counts by bucket."""

    name: str
    label: Any
    counted: Any
    unit: Unit
    needs: tuple[Fact, ...]
    value: Callable[[Tallies, int], float | None]
    rows_of: Fact | None = None
    up_is_good: bool | None = None
    spread: bool = False


def _count(fact: Fact) -> Callable[[Tallies, int], float | None]:
    return lambda told, _within: told[fact].n


def _mean(fact: Fact) -> Callable[[Tallies, int], float | None]:
    def mean(told: Tallies, _within: int) -> float | None:
        tally = told[fact]
        return tally.total / tally.n / 1000 if tally.n else None

    return mean


def _at(fact: Fact, share: float) -> Callable[[Tallies, int], float | None]:
    return lambda told, _within: quantile(told[fact].buckets, share)


def _share(part: Fact, *whole: Fact) -> Callable[[Tallies, int], float | None]:
    def share(told: Tallies, _within: int) -> float | None:
        all_of = sum(told[each].n for each in whole)
        return told[part].n / all_of if all_of else None

    return share


def _service_level(told: Tallies, within: int) -> float | None:
    answered, abandoned = told[Fact.ANSWER], told[Fact.ABANDONED]
    whole = answered.n + abandoned.n
    return share_within(answered.buckets, within) / whole if whole else None


def _kept(told: Tallies, _within: int) -> float | None:
    return told[Fact.WITH_BOT].n - told[Fact.HANDED_OVER].n


def _contained(told: Tallies, _within: int) -> float | None:
    met = told[Fact.WITH_BOT].n
    return (met - told[Fact.HANDED_OVER].n) / met if met else None


def _occupancy(told: Tallies, _within: int) -> float | None:
    staffed = told[Fact.STAFFED].total
    return told[Fact.BUSY].total / staffed if staffed else None


def _content(told: Tallies, _within: int) -> float | None:
    scores = _merged(told, Fact.CSAT, Fact.CSAT_MAILED)
    whole = sum(scores.values())
    return (scores.get(4, 0) + scores.get(5, 0)) / whole if whole else None


def _mean_score(*facts: Fact) -> Callable[[Tallies, int], float | None]:
    def mean(told: Tallies, _within: int) -> float | None:
        n = sum(told[fact].n for fact in facts)
        return sum(told[fact].total for fact in facts) / n if n else None

    return mean


def _promoters(told: Tallies, _within: int) -> float | None:
    """From −100 to 100."""
    scores = told[Fact.NPS].buckets
    whole = sum(scores.values())
    if not whole:
        return None
    fans = sum(n for score, n in scores.items() if score >= 9)
    against = sum(n for score, n in scores.items() if score <= 6)
    return 100 * (fans - against) / whole


def _merged(told: Tallies, *facts: Fact) -> dict[int, int]:
    merged: dict[int, int] = {}
    for fact in facts:
        for bucket, n in told[fact].buckets.items():
            merged[bucket] = merged.get(bucket, 0) + n
    return merged


def _timed(
    name: str, fact: Fact, labels: tuple[Any, Any, Any], counted: Any, *, up_is_good: bool = False
) -> list[Measure]:
    """A length of time as mean, median and the ninth of ten."""
    ways = ((_mean(fact), False), (_at(fact, 0.5), True), (_at(fact, 0.9), True))
    names = (name, f"{name}_median", f"{name}_p90")
    return [
        Measure(each, label, counted, Unit.SECONDS, (fact,), way, fact, up_is_good, spread)
        for each, label, (way, spread) in zip(names, labels, ways, strict=True)
    ]


_ALL = [
    Measure(
        "opened",
        lazy("Tickets opened"),
        lazy("Tickets by the hour in which they were opened."),
        Unit.COUNT,
        (Fact.OPENED,),
        _count(Fact.OPENED),
        Fact.OPENED,
    ),
    Measure(
        "resolved",
        lazy("Tickets resolved"),
        lazy("Tickets by the hour of the solution that holds; a reopened one counts once, later."),
        Unit.COUNT,
        (Fact.RESOLVED,),
        _count(Fact.RESOLVED),
        Fact.RESOLVED,
        True,
    ),
    *_timed(
        "first_response",
        Fact.RESPONSE,
        (
            lazy("First response, mean"),
            lazy("First response, median"),
            lazy("First response, p90"),
        ),
        lazy(
            "From the opening of a ticket to the first words of an agent that the customer sees. "
            "The bot's words, notes and automatic messages do not count. By when it was opened."
        ),
    ),
    Measure(
        "responded_in_time",
        lazy("Responded in time"),
        lazy("First responses before their promised time ÷ all first responses."),
        Unit.SHARE,
        (Fact.RESPONDED_IN_TIME, Fact.RESPONDED_LATE),
        _share(Fact.RESPONDED_IN_TIME, Fact.RESPONDED_IN_TIME, Fact.RESPONDED_LATE),
        Fact.RESPONDED_LATE,
        True,
    ),
    *_timed(
        "answer",
        Fact.ANSWER,
        (
            lazy("Speed of answer, mean (ASA)"),
            lazy("Speed of answer, median"),
            lazy("Speed of answer, p90"),
        ),
        lazy(
            "From asking for a person to the first agent who accepted: waiting time of those "
            "answered ÷ those answered. By when she asked."
        ),
    ),
    Measure(
        "service_level",
        lazy("Service level"),
        lazy("Answered within the chosen seconds ÷ (answered + abandoned). By when she asked."),
        Unit.SHARE,
        (Fact.ANSWER, Fact.ABANDONED),
        _service_level,
        Fact.ANSWER,
        True,
        spread=True,
    ),
    Measure(
        "abandoned",
        lazy("Abandoned"),
        lazy("Conversations that asked for a person and ended before one accepted."),
        Unit.COUNT,
        (Fact.ABANDONED,),
        _count(Fact.ABANDONED),
        Fact.ABANDONED,
        False,
    ),
    Measure(
        "abandonment",
        lazy("Abandonment"),
        lazy("Abandoned ÷ (answered + abandoned). By when she asked."),
        Unit.SHARE,
        (Fact.ABANDONED, Fact.ANSWER),
        _share(Fact.ABANDONED, Fact.ABANDONED, Fact.ANSWER),
        Fact.ABANDONED,
        False,
    ),
    *_timed(
        "handle",
        Fact.HANDLE,
        (
            lazy("Handle time, mean (AHT)"),
            lazy("Handle time, median"),
            lazy("Handle time, p90"),
        ),
        lazy(
            "From acceptance by whoever resolved a ticket to its solution: talking and "
            "after-contact work together ÷ tickets resolved. Nights count where it stays open."
        ),
    ),
    *_timed(
        "wrap",
        Fact.WRAP,
        (
            lazy("After-contact work, mean (ACW)"),
            lazy("After-contact work, median"),
            lazy("After-contact work, p90"),
        ),
        lazy(
            "From the last words of agent or customer to the solution ÷ tickets resolved that "
            "had a conversation."
        ),
    ),
    *_timed(
        "resolution",
        Fact.RESOLVED,
        (
            lazy("Resolution time, mean"),
            lazy("Resolution time, median"),
            lazy("Resolution time, p90"),
        ),
        lazy("From the opening of a ticket to the solution that holds, around the clock."),
    ),
    Measure(
        "resolved_in_time",
        lazy("Resolved in time"),
        lazy("Tickets resolved before their promised time ÷ tickets resolved."),
        Unit.SHARE,
        (Fact.RESOLVED_IN_TIME, Fact.RESOLVED_LATE),
        _share(Fact.RESOLVED_IN_TIME, Fact.RESOLVED_IN_TIME, Fact.RESOLVED_LATE),
        Fact.RESOLVED_LATE,
        True,
    ),
    Measure(
        "first_contact",
        lazy("First contact resolution (FCR)"),
        lazy(
            "Tickets solved that were neither reopened nor followed within 7 days by another of "
            "the same customer on the same topic ÷ tickets solved. By the first solution."
        ),
        Unit.SHARE,
        (Fact.FIRST_CONTACT, Fact.SOLVED),
        _share(Fact.FIRST_CONTACT, Fact.SOLVED),
        Fact.FIRST_CONTACT,
        True,
    ),
    Measure(
        "reopening",
        lazy("Reopen rate"),
        lazy("Tickets reopened at least once ÷ tickets solved. By the first solution."),
        Unit.SHARE,
        (Fact.REOPENED, Fact.SOLVED),
        _share(Fact.REOPENED, Fact.SOLVED),
        Fact.REOPENED,
        False,
    ),
    Measure(
        "transferred",
        lazy("Transferred"),
        lazy(
            "Tickets resolved that somebody had passed to a colleague or back to the queue ÷ "
            "tickets resolved."
        ),
        Unit.SHARE,
        (Fact.TRANSFERRED, Fact.RESOLVED),
        _share(Fact.TRANSFERRED, Fact.RESOLVED),
        Fact.TRANSFERRED,
        False,
    ),
    Measure(
        "backlog",
        lazy("Backlog"),
        lazy("Tickets that were open at the last midnight of the period, by the market's clock."),
        Unit.COUNT,
        (Fact.BACKLOG,),
        _count(Fact.BACKLOG),
        Fact.BACKLOG,
        False,
    ),
    *_timed(
        "backlog_age",
        Fact.BACKLOG,
        (
            lazy("Age of the backlog, mean"),
            lazy("Age of the backlog, median"),
            lazy("Age of the backlog, p90"),
        ),
        lazy("How long ago the tickets were opened that were open at the period's last midnight."),
    ),
    Measure(
        "occupancy",
        lazy("Occupancy"),
        lazy(
            "Time with at least one open ticket ÷ time available or wrapping up. An agent's time "
            "counts in her first market."
        ),
        Unit.SHARE,
        (Fact.BUSY, Fact.STAFFED),
        _occupancy,
    ),
    Measure(
        "talks",
        lazy("Conversations"),
        lazy("Conversations with at least one message, by the hour in which they began."),
        Unit.COUNT,
        (Fact.STARTED,),
        _count(Fact.STARTED),
        Fact.STARTED,
    ),
    Measure(
        "kept",
        lazy("Bot alone"),
        lazy("Conversations that the bot met and kept to itself, by the hour in which they began."),
        Unit.COUNT,
        (Fact.WITH_BOT, Fact.HANDED_OVER),
        _kept,
        None,
        True,
    ),
    Measure(
        "handed_over",
        lazy("Handed over"),
        lazy("Conversations that the bot met and handed to a person."),
        Unit.COUNT,
        (Fact.HANDED_OVER,),
        _count(Fact.HANDED_OVER),
        Fact.HANDED_OVER,
    ),
    Measure(
        "containment",
        lazy("Bot containment"),
        lazy("Conversations that the bot met and kept to itself ÷ conversations that it met."),
        Unit.SHARE,
        (Fact.WITH_BOT, Fact.HANDED_OVER),
        _contained,
        Fact.WITH_BOT,
        True,
    ),
    Measure(
        "csat",
        lazy("CSAT"),
        lazy("Ratings of 4 and 5 ÷ all ratings, in the chat and when asked. By when she rated."),
        Unit.SHARE,
        (Fact.CSAT, Fact.CSAT_MAILED),
        _content,
        Fact.CSAT,
        True,
        spread=True,
    ),
    Measure(
        "rating",
        lazy("Rating, mean"),
        lazy("The sum of ratings from 1 to 5 ÷ their number."),
        Unit.SCORE,
        (Fact.CSAT, Fact.CSAT_MAILED),
        _mean_score(Fact.CSAT, Fact.CSAT_MAILED),
        Fact.CSAT,
        True,
    ),
    Measure(
        "nps",
        lazy("NPS"),
        lazy("Of 100 answers, those of 9 and 10 less those from 0 to 6."),
        Unit.SCORE,
        (Fact.NPS,),
        _promoters,
        None,
        True,
        spread=True,
    ),
    Measure(
        "ces",
        lazy("CES"),
        lazy("How easy it was, from 1 to 7: the sum of answers ÷ their number."),
        Unit.SCORE,
        (Fact.CES,),
        _mean_score(Fact.CES),
        None,
        True,
    ),
    Measure(
        "answer_rate",
        lazy("Response rate of surveys"),
        lazy("Customers who answered ÷ customers who were asked. By when they were asked."),
        Unit.SHARE,
        (Fact.REPLIED, Fact.ASKED),
        _share(Fact.REPLIED, Fact.ASKED),
        None,
        True,
    ),
]
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
WITHIN = tuple(bound for bound in BOUNDS if 5 <= bound <= 3600)
