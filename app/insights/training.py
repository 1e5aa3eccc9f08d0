"""What supervisors found, as Rasa's training data: a file for each intent and language.

A trainer unpacks it over `bot/data`; it replaces nothing that is there.
"""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, func, select

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.insights.models import BotLabel
from app.insights.reviewing import PERMISSION

_HEAD = """version: "3.1"
nlu:
  - intent: {intent}
    metadata:
      language: {language}
      source: reviewed
    examples: |
"""
# Rasa reads entities out of these.
_MARKS = str.maketrans("", "", "[]{}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """How many messages of an intent and language are to be learnt."""

    language: str
    intent: str
    messages: int


def lessons(actor: Actor) -> list[Lesson]:
    actor.must(PERMISSION)
    counted = select(BotLabel.language, BotLabel.intent, func.count()).where(*_of(actor))
    grouped = counted.group_by(BotLabel.language, BotLabel.intent)
    rows = db.session.execute(grouped.order_by(BotLabel.language, BotLabel.intent))
    return [Lesson(*row) for row in rows]


def export(*, by: Actor) -> bytes:
    """A zip of the lessons of the actor's markets. Written down: words of customers leave."""
    by.must(PERMISSION)
    with db.transaction():
        chosen = select(BotLabel.language, BotLabel.intent, BotLabel.words).where(*_of(by))
        rows = db.session.execute(chosen.order_by(BotLabel.language, BotLabel.intent)).all()
        audit.record(by, "bot.labels_exported", "export", "bot_labels", messages=len(rows))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for (language, intent), lesson in groupby(rows, lambda row: (row.language, row.intent)):
            name = f"nlu/{language}/reviewed_{intent}.yml"
            archive.writestr(name, as_yaml(intent, language, [row.words for row in lesson]))
    return packed.getvalue()


def as_yaml(intent: str, language: str, words: Iterable[str]) -> str:
    """Each once, in a block that YAML reads as it stands; entities are left to the trainer."""
    lines = dict.fromkeys(_line(each) for each in words)
    told = "".join(f"      - {line}\n" for line in lines if line)
    return _HEAD.format(intent=intent, language=language) + told


def _line(words: str) -> str:
    """One that begins with a slash would be a command."""
    return " ".join(words.translate(_MARKS).split()).lstrip("/- ")


def _of(actor: Actor) -> list[ColumnElement[bool]]:
    return [BotLabel.to_learn.is_(True), in_markets_of(actor, BotLabel.market_code)]
