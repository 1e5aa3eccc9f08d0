"""Reads for supervisors: how good the models are, and what agents make of suggestions."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, case, cast, func, select, text

from app.assist import corpus
from app.assist.models import Kind, SuggestionAnswer, SuggestionModel, Target
from app.assist.next_actions import Step
from app.assist.parting import FEWEST
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from app.core.reach import in_markets_of
from app.tickets import setup

PERMISSION = "reports.read"
_DAYS = timedelta(days=30)
_VERSIONS = 6


@dataclass(frozen=True, slots=True)
class Learning:
    """What is known of a target in a language: of `examples` tickets at least `fewest` are needed.
    `in_use` is the version that speaks, `versions` the last ones, the newest first."""

    target: Target
    language: str
    examples: int
    fewest: int
    in_use: SuggestionModel | None
    versions: list[SuggestionModel]


@dataclass(frozen=True, slots=True)
class Uptake:
    """Of what was suggested and answered, how much was taken."""

    kind: Kind
    offered: str
    taken: int
    declined: int

    @property
    def share(self) -> float:
        return self.taken / (self.taken + self.declined)


def learnings(actor: Actor) -> list[Learning]:
    """Every target in every language, whether or not there is a model. Two statements."""
    actor.must(PERMISSION)
    newest = func.row_number().over(
        partition_by=(SuggestionModel.target, SuggestionModel.language),
        order_by=SuggestionModel.trained_at.desc(),
    )
    numbered = select(SuggestionModel.id, newest.label("place")).subquery()
    query = (
        select(SuggestionModel)
        .join(numbered, numbered.c.id == SuggestionModel.id)
        .where((numbered.c.place <= _VERSIONS) | SuggestionModel.in_use)
        .order_by(SuggestionModel.trained_at.desc())
    )
    found: dict[tuple[Target, str], list[SuggestionModel]] = {}
    for each in db.session.scalars(query):
        found.setdefault((each.target, each.language), []).append(each)
    counted = corpus.counts()
    return [
        Learning(
            target,
            language,
            counted.get((target, language), 0),
            FEWEST,
            next((e for e in found.get((target, language), []) if e.in_use), None),
            found.get((target, language), []),
        )
        for target in Target
        for language in LANGUAGES
    ]


def uptake(actor: Actor) -> list[Uptake]:
    """Of the last thirty days, in the actor's markets: by kind, of actions by which. One
    statement."""
    actor.must(PERMISSION)
    is_action = SuggestionAnswer.kind == Kind.ACTION
    named = case((is_action, SuggestionAnswer.offered), else_="").label("named")
    taken = func.sum(cast(SuggestionAnswer.accepted, Integer))
    query = (
        select(SuggestionAnswer.kind, named, taken, func.count() - taken)
        .where(
            SuggestionAnswer.at > clock.now() - _DAYS,
            in_markets_of(actor, SuggestionAnswer.market_code),
        )
        .group_by(SuggestionAnswer.kind, text("named"))
        .order_by(SuggestionAnswer.kind, func.count().desc())
    )
    return [Uptake(*row) for row in db.session.execute(query)]


def answered_steps(conversation_id: UUID) -> dict[Step, bool]:
    """What was done in a talk (True) or not wanted. One statement."""
    query = select(SuggestionAnswer.offered, SuggestionAnswer.accepted).where(
        SuggestionAnswer.conversation_id == conversation_id,
        SuggestionAnswer.kind == Kind.ACTION,
    )
    return {Step(offered): accepted for offered, accepted in db.session.execute(query)}


def names_of(models: list[SuggestionModel]) -> dict[str, str]:
    """What people call the categories that models know: by id, their paths."""
    wanted = {each["label"] for model in models for each in model.quality["labels"]}
    known: dict[UUID, Any] = {e.category.id: e.path for e in setup.tree(also_archived=True)}
    return {str(key): path for key, path in known.items() if str(key) in wanted}
