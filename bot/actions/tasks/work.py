"""A task under way, as the conversation remembers it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

from actions.tasks.question import Option
from actions.turn import Turn

CONFIRM = "confirm"
MOST_PARKED = 3


@dataclass
class Work:
    """`said` waits to be understood until its options are known; `asking` is the open question's slot,
    or CONFIRM, in `language`; `offered` are the options last known, by slot."""

    task: str
    answers: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asking: str = ""
    language: str = ""
    proposal: dict[str, str] | None = None
    failures: int = 0
    wondered: str = ""  # the option of the open question that she asked about last
    beside: int = 0  # what she said beside the open question, one after the other

    @classmethod
    def of(cls, turn: Turn) -> Work | None:
        kept = turn.memory("work")
        return cls(**kept) if kept else None

    @classmethod
    def told(cls, turn: Turn) -> Work | None:
        """That of the task whose answer she has just read."""
        return cls(**turn.told) if turn.told else None

    def copied(self) -> Work:
        """What is tried out on the copy does not happen to this."""
        return Work(**deepcopy(asdict(self)))

    def keep(self, turn: Turn) -> None:
        turn.remember(work=asdict(self))

    def park(self, turn: Turn) -> None:
        """Put it aside; the latest is offered back first."""
        parked = [each for each in turn.memory("parked") or [] if each["task"] != self.task]
        turn.remember(parked=[*parked, asdict(self)][-MOST_PARKED:], work=None)

    def in_place(self, task: str) -> Work:
        """Another task for the same line, where that is known."""
        line = {slot: self.answers[slot] for slot in self.answers.keys() & {"line_id"}}
        return Work(
            task, line, offered={slot: self.offered[slot] for slot in self.offered.keys() & line.keys()}
        )

    @classmethod
    def of_parked(cls, turn: Turn, task: str) -> Work:
        """What she has of this task aside, to be gone on with; else a new one."""
        parked = turn.memory("parked") or []
        aside = [each for each in parked if each["task"] == task]
        turn.remember(parked=[each for each in parked if each["task"] != task] or None)
        return cls(**aside[-1]) if aside else cls(task)

    @classmethod
    def taken_back(cls, turn: Turn) -> Work | None:
        *rest, last = turn.memory("parked") or [None]
        turn.remember(parked=rest or None)
        return cls(**last) if last else None

    def asks(self, slot: str, options: Sequence[Option]) -> None:
        self.asking = slot
        self.knows(slot, options)

    def knows(self, slot: str, options: Sequence[Option]) -> None:
        self.offered[slot] = [asdict(each) for each in options]

    def words(self) -> str:
        """Those of all that was chosen; of a line its number alone, for it is also called by its plan."""
        chosen = [
            (each.title, *(() if slot == "line_id" else each.names))
            for slot, value in self.answers.items()
            for each in self.options(slot)
            if each.value == value
        ]
        return " ".join([*map(str, self.answers.values()), *(" ".join(each) for each in chosen)])

    def options(self, slot: str) -> list[Option]:
        return [Option(**each) for each in self.offered.get(slot, [])]
