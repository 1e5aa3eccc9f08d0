"""In its last weeks the demo operator asks how it was, and most people answer."""

import random
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers.notice_kinds import EMAIL, SMS
from app.insights import surveys
from app.insights.models import Survey
from app.insights.models.surveys import Question
from app.insights.rollups import rolling
from app.markets import service as markets

DAYS = 30
_ASKED = {"MX": Question.CSAT, "BR": Question.NPS, "IN": Question.CES}
_SHARE_ANSWERING = 0.8
# From delighted to not at all: how far up the scale, and what she may write.
_MOODS: tuple[tuple[float, Mapping[str, str]], ...] = (
    (1.0, {"es": "Me resolvieron en cinco minutos.", "pt": "Resolveram na hora, adorei.",
           "en": "Sorted in five minutes, thank you."}),
    (1.0, {}),
    (0.8, {}),
    (0.8, {"es": "Bien, aunque esperé un poco.", "pt": "Bom, mas esperei um pouco.",
           "en": "Good, after a short wait."}),
    (0.2, {"es": "Tuve que explicar lo mismo dos veces.",
           "pt": "Precisei explicar a mesma coisa duas vezes.",
           "en": "I had to explain the same thing twice."}),
)  # fmt: skip


def begin() -> None:
    for market, question in _ASKED.items():
        told = {"question": question.value, "ways": [EMAIL, SMS], "after_minutes": 60}
        markets.change_policies(market, {surveys.SETTING: told}, by=SYSTEM)


def hear(dice: random.Random) -> None:
    """Those whose talk was solved an hour ago are asked, and say what they think."""
    rolling.roll_up()
    surveys.ask_due()
    asked = select(Survey).where(Survey.asked_at > clock.now() - timedelta(hours=1))
    for survey in db.session.scalars(asked.order_by(Survey.due_at, Survey.ticket_id)).all():
        if dice.random() < _SHARE_ANSWERING:
            height, words = dice.choice(_MOODS)
            points = surveys.POINTS[survey.question]
            score = points[round(height * (len(points) - 1))]
            surveys.answer(surveys.token_of(survey), score, words.get(survey.language, ""))
