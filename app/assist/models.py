"""What was learnt from solved tickets, and what agents said of what was suggested to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.secrets import sealed, unsealed
from app.tickets.models import Level


class Target(StrEnum):
    """What of a ticket a model says."""

    CATEGORY = "category"
    IMPACT = "impact"
    URGENCY = "urgency"


class Verdict(StrEnum):
    """What came of a model when it was measured."""

    TAKEN = "taken"
    NOT_BETTER = "not_better"  # than the one in use
    BELOW_BASELINE = "below_baseline"  # no better than always saying the most frequent


class SuggestionModel(db.Base):
    """A version of what says a target of tickets in a language; it never changes.

    It learnt from `learnt` tickets and was measured on later ones, which it never saw. `quality`,
    `baseline` and `rival` (of the one in use then) are `quality.Quality`, all on the same tickets.
    Its numbers go when another one takes its place.
    """

    __tablename__ = "suggestion_model"
    __table_args__ = (
        Index(
            "uq_suggestion_model_in_use",
            "target",
            "language",
            unique=True,
            postgresql_where=text("in_use"),
        ),
        Index("ix_suggestion_model_trained", "target", "language", "trained_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    target: Mapped[Target]
    language: Mapped[str] = mapped_column(Text)
    trained_at: Mapped[datetime]
    learnt: Mapped[int]
    threshold: Mapped[float]
    quality: Mapped[dict[str, Any]]
    baseline: Mapped[dict[str, Any]]
    rival: Mapped[dict[str, Any] | None]
    verdict: Mapped[Verdict]
    in_use: Mapped[bool]
    numbers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    def seal(self, numbers: bytes) -> None:
        """Nobody but us writes what we read, and it holds words of customers."""
        self.numbers_sealed = sealed(numbers, self._place)

    def opened(self, stored: bytes) -> bytes:
        """Raises InvalidTag when it was changed, or is another one's."""
        return unsealed(stored, self._place)

    @property
    def _place(self) -> str:
        return f"suggestion_model.numbers:{self.id}"


class Kind(StrEnum):
    """What was suggested."""

    CATEGORY = "category"
    WEIGHT = "weight"  # impact and urgency
    RESOLUTION = "resolution"
    ACTION = "action"


def offered_weight(impact: Level | None, urgency: Level | None) -> str:
    """Both as one word of `SuggestionAnswer.offered`."""
    return " ".join(each.value if each else "" for each in (impact, urgency))


class SuggestionAnswer(db.Base):
    """Somebody took a suggestion, or did not want it; the last word counts.

    `offered` is the category, impact and urgency, the ticket whose resolution it was, or the name
    of the action. `key` is one for each suggestion about a ticket or talk.
    """

    __tablename__ = "suggestion_answer"
    __table_args__ = (Index("ix_suggestion_answer_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[Kind]
    offered: Mapped[str] = mapped_column(Text)
    accepted: Mapped[bool]
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("suggestion_model.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
