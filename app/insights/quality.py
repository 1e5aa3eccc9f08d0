"""Quality review: cards in versions, reviews of conversations, what agents say of them, and a lot
that is drawn every week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.conversations import access
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation, Message, Status
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.core.reach import in_markets_of
from app.core.turns import take_turn
from app.identity.models import Staff, Team
from app.insights import scoring
from app.insights.models import QualityReview, Sample, ScoreCard
from app.insights.models.quality import Response
from app.markets.queries import all_markets

PERMISSION = "quality.review"
A_WEEK = 3
_LONGEST_NAME = 80
_LONGEST_WORDS = 1000


class ReviewedAlready(Conflict):
    code = "reviewed_already"
    message = lazy("You have reviewed this conversation with this card.")


class AnsweredAlready(Conflict):
    code = "review_answered"
    message = lazy("You have said what you think of this review.")


class NobodysConversation(Conflict):
    code = "nobodys_conversation"
    message = lazy("No agent had this conversation.")


@dataclass(frozen=True, slots=True)
class Answer:
    """`points` are from 0 to 4, None where the question does not apply; `message_id` is what the
    comment is about."""

    points: int | None
    comment: str = ""
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Average:
    """Of a week's Monday; `name` is an agent's or a team's."""

    week: date
    name: str
    score: Decimal
    reviews: int
    failed: int


def cards(*, all_versions: bool = False) -> Sequence[ScoreCard]:
    """Those in use, or every version of each, the newest first."""
    query = select(ScoreCard).order_by(ScoreCard.name, ScoreCard.version.desc())
    found = db.session.scalars(query).all()
    if all_versions:
        return found
    newest: dict[str, ScoreCard] = {}
    for card in found:
        newest.setdefault(card.name, card)
    return [card for card in newest.values() if card.is_on]


def write_card(name: str, questions: Sequence[Mapping[str, Any]], *, by: Actor) -> ScoreCard:
    """A new card, or the next version of one; reviews keep the version they were made with."""
    title = " ".join(name.split())
    if not 0 < len(title) <= _LONGEST_NAME or not title.isprintable():
        raise Invalid(field="name")
    asked = scoring.questions(questions)
    with db.transaction():
        by.must(PERMISSION)
        take_turn("score cards")
        last = db.session.scalar(select(func.max(ScoreCard.version)).where(ScoreCard.name == title))
        card = ScoreCard(
            name=title,
            version=(last or 0) + 1,
            questions=[
                {"key": each.key, "words": each.words, "weight": each.weight, "fatal": each.fatal}
                for each in asked
            ],
            made_by=by.id,
            made_at=clock.now(),
        )
        db.session.add(card)
        db.session.flush()  # the trail names it
        audit.record(by, "score_card.written", "score_card", card.id, version=card.version)
    return card


def retire_card(card_id: UUID, *, by: Actor) -> None:
    """No review is made with it any more."""
    with db.transaction():
        by.must(PERMISSION)
        card = db.session.get(ScoreCard, card_id, with_for_update=True)
        if card is None:
            raise NotFound
        card.is_on = False
        audit.record(by, "score_card.retired", "score_card", card.id)


def review(
    conversation_id: UUID,
    card_id: UUID,
    answers: Mapping[str, Answer],
    *,
    by: Actor,
    calibration: bool = False,
) -> QualityReview:
    """What one reviewer thinks, once. The agent sees it, unless it is for calibration."""
    with db.transaction():
        talk = access.conversation_for(by, conversation_id, PERMISSION, lock=True)
        card = db.session.get(ScoreCard, card_id)
        if card is None or not card.is_on:
            raise NotFound
        if talk.assignee_id is None or talk.assignee_id == by.id:
            raise NobodysConversation
        if _reviewed(talk.id, card.id, by.id):
            raise ReviewedAlready
        asked = scoring.questions(card.questions)
        points = {key: answer.points for key, answer in answers.items()}
        told = scoring.outcome(asked, points)
        made = QualityReview(
            card_id=card.id,
            conversation_id=talk.id,
            market_code=talk.market_code,
            agent_id=talk.assignee_id,
            reviewer_id=by.id,
            calibration=calibration,
            answers={each.key: _stored(talk, answers[each.key]) for each in asked},
            score=told.score,
            failed=told.failed,
            reviewed_at=clock.now(),
        )
        db.session.add(made)
        db.session.flush()  # the trail names it
        audit.record(
            by, "quality.reviewed", "conversation", talk.id, score=told.score, agent=made.agent_id
        )
    return made


def respond(review_id: UUID, response: Response, words: str, *, by: Actor) -> QualityReview:
    """The agent acknowledges a review of her, or says why she sees it otherwise."""
    if response is Response.NONE:
        raise Invalid(field="response")
    said = cleaned(words, may_be_empty=response is Response.ACKNOWLEDGED)[:_LONGEST_WORDS]
    with db.transaction():
        found = db.session.get(QualityReview, review_id, with_for_update=True)
        if found is None or found.agent_id != by.id or found.calibration:
            raise NotFound
        if found.response is not Response.NONE:
            raise AnsweredAlready
        found.response, found.response_words = response, said
        found.responded_at = clock.now()
        audit.record(by, f"quality.{response}", "conversation", found.conversation_id)
    return found


def review_for(actor: Actor, review_id: UUID) -> QualityReview:
    """For reviewers of its market, and for the agent herself unless it is for calibration."""
    found = db.session.get(QualityReview, review_id)
    if found is None:
        raise NotFound
    own = found.agent_id == actor.id and not found.calibration
    if not own and not (actor.may(PERMISSION) and actor.sees_market(found.market_code)):
        raise NotFound
    return found


def of_agent(actor: Actor, limit: int = 50) -> Sequence[QualityReview]:
    """Reviews of the reader herself, the latest first."""
    query = (
        select(QualityReview)
        .options(joinedload(QualityReview.card), joinedload(QualityReview.reviewer))
        .where(QualityReview.agent_id == actor.id, ~QualityReview.calibration)
        .order_by(QualityReview.reviewed_at.desc())
    )
    return db.session.scalars(query.limit(limit)).all()


def latest(actor: Actor, limit: int = 50) -> Sequence[QualityReview]:
    """Of the reader's markets; those that were disagreed with first."""
    actor.must(PERMISSION)
    query = (
        select(QualityReview)
        .where(in_markets_of(actor, QualityReview.market_code))
        .options(
            joinedload(QualityReview.card),
            joinedload(QualityReview.reviewer),
            joinedload(QualityReview.agent),
        )
        .order_by(
            (QualityReview.response == Response.DISAGREED).desc(),
            QualityReview.reviewed_at.desc(),
        )
    )
    return db.session.scalars(query.limit(limit)).all()


def calibrated(actor: Actor, conversation_id: UUID) -> Sequence[QualityReview]:
    """Every reviewer's view of one conversation, to be talked about."""
    found = access.conversation_for(actor, conversation_id, PERMISSION)
    query = (
        select(QualityReview)
        .options(joinedload(QualityReview.card), joinedload(QualityReview.reviewer))
        .where(QualityReview.conversation_id == found.id)
        .order_by(QualityReview.reviewed_at)
    )
    return db.session.scalars(query).all()


def to_review(actor: Actor) -> Sequence[Sample]:
    """What was drawn and nobody has reviewed yet, of the reader's markets."""
    actor.must(PERMISSION)
    done = select(QualityReview.id).where(
        QualityReview.conversation_id == Sample.conversation_id, ~QualityReview.calibration
    )
    query = (
        select(Sample)
        .join(Conversation, Conversation.id == Sample.conversation_id)
        .options(joinedload(Sample.conversation), joinedload(Sample.agent))
        .where(
            ~done.exists(),
            Sample.week >= clock.now().date() - timedelta(weeks=5),
            in_markets_of(actor, Conversation.market_code),
        )
        .order_by(Sample.week.desc(), Sample.agent_id)
        .limit(200)
    )
    return db.session.scalars(query).all()


def averages(actor: Actor, *, by_team: bool = False, weeks: int = 12) -> list[Average]:
    """By agent or team and week, the latest week first. One statement."""
    actor.must(PERMISSION)
    week = func.date_trunc("week", func.timezone("UTC", QualityReview.reviewed_at))
    name = func.coalesce(Team.name, "") if by_team else Staff.name
    query = (
        select(
            week,
            name,
            func.avg(QualityReview.score),
            func.count(),
            func.count().filter(QualityReview.failed),
        )
        .join(Staff, Staff.id == QualityReview.agent_id)
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(
            ~QualityReview.calibration,
            QualityReview.reviewed_at > clock.now() - timedelta(weeks=weeks),
            in_markets_of(actor, QualityReview.market_code),
        )
        .group_by(week, name)
        .order_by(week.desc(), name)
    )
    return [
        Average(begin.date(), who, round(Decimal(score), 2), count, failed)
        for begin, who, score, count, failed in db.session.execute(query)
    ]


# A fixed order by lot: the same conversation has the same place whenever it is drawn.
_DRAW = """
INSERT INTO quality_sample (conversation_id, week, agent_id, drawn_at)
SELECT id, :week, assignee_id, :now FROM (
    SELECT id, assignee_id, row_number() OVER (
        PARTITION BY assignee_id ORDER BY md5(CAST(id AS text) || :lot)
    ) AS place
    FROM conversation
    WHERE market_code = :market AND status = :resolved AND assignee_id IS NOT NULL
        AND resolved_at >= :since AND resolved_at < :until
) AS drawn
WHERE place <= :most
ON CONFLICT DO NOTHING
"""


def draw(most: int = A_WEEK) -> int:
    """For each agent so many of last week's solved conversations; drawn once however often it is
    asked for. Returns how many are new."""
    new = 0
    with db.transaction():
        for market in all_markets():
            today = clock.now().astimezone(ZoneInfo(market.timezone)).date()
            monday = today - timedelta(days=today.weekday())
            week = monday - timedelta(weeks=1)
            if _is_drawn(market.code, week):
                continue
            given = {
                "week": week,
                "now": clock.now(),
                "lot": f"{market.code}{week}",
                "market": market.code,
                "resolved": Status.RESOLVED.value,
                "since": clock.midnight(week, market.timezone),
                "until": clock.midnight(monday, market.timezone),
                "most": most,
            }
            new += int(getattr(db.session.execute(text(_DRAW), given), "rowcount", 0))
    return new


def _is_drawn(market_code: str, week: date) -> bool:
    query = (
        select(Sample.conversation_id)
        .join(Conversation, Conversation.id == Sample.conversation_id)
        .where(Sample.week == week, Conversation.market_code == market_code)
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _reviewed(conversation_id: UUID, card_id: UUID, reviewer_id: UUID) -> bool:
    query = select(QualityReview.id).where(
        QualityReview.conversation_id == conversation_id,
        QualityReview.card_id == card_id,
        QualityReview.reviewer_id == reviewer_id,
    )
    return db.session.scalar(query) is not None


def _stored(talk: Conversation, answer: Answer) -> dict[str, Any]:
    message_id = None
    if answer.message_id is not None:
        message = db.session.get(Message, answer.message_id)
        if message is None or message.conversation_id != talk.id:
            raise Invalid(field="message")
        message_id = str(message.id)
    comment = cleaned(answer.comment, may_be_empty=True)[:_LONGEST_WORDS]
    return {"points": answer.points, "comment": comment, "message_id": message_id}
