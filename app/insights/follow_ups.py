"""Bad answers, and who looks after each: a list for team leads."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.reach import in_markets_of
from app.identity.models import Staff
from app.insights.models import FollowUp, Survey
from app.insights.models.surveys import Question
from app.tickets.models import Ticket
from app.tickets.queries import of_conversation

# Up to so many points an answer is bad.
BAD = {Question.CSAT: 2, Question.NPS: 6, Question.CES: 3}
PERMISSION = "conversations.monitor"
_LONGEST_OUTCOME = 2000


class TakenByOther(Conflict):
    code = "follow_up_taken"
    message = lazy("%(name)s looks after this already.")

    def __init__(self, name: str) -> None:
        super().__init__(lazy("%(name)s looks after this already.", name=name))


class FollowUpDone(Conflict):
    code = "follow_up_done"
    message = lazy("This has been looked after.")


def open_for_rating(conversation_id: UUID) -> None:
    """The rating that she has just left in the chat, if it is bad. Joins the transaction."""
    talk = db.session.get_one(Conversation, conversation_id)
    if talk.rating is None or talk.rated_at is None or talk.rating > BAD[Question.CSAT]:
        return
    ticket = of_conversation(talk.id)
    _open(
        f"rating:{talk.id}:{talk.rated_at.isoformat()}",
        market_code=talk.market_code,
        conversation_id=talk.id,
        ticket=ticket,
        agent_id=talk.assignee_id,
        question=Question.CSAT,
        score=talk.rating,
        comment=talk.rating_comment or "",
    )


def open_for_survey(survey: Survey) -> None:
    """Joins the transaction of the answer."""
    if survey.score is None or survey.score > BAD[survey.question]:
        return
    ticket = db.session.get_one(Ticket, survey.ticket_id)
    _open(
        f"survey:{survey.id}",
        market_code=survey.market_code,
        conversation_id=survey.conversation_id,
        ticket=ticket,
        agent_id=ticket.assignee_id,
        question=survey.question,
        score=survey.score,
        comment=survey.comment,
    )


def _open(
    effect_key: str,
    *,
    market_code: str,
    conversation_id: UUID | None,
    ticket: Ticket | None,
    agent_id: UUID | None,
    question: Question,
    score: int,
    comment: str,
) -> None:
    agent = db.session.get(Staff, agent_id) if agent_id else None
    row = insert(FollowUp).values(
        id=new_id(),
        effect_key=effect_key,
        market_code=market_code,
        conversation_id=conversation_id,
        ticket_id=ticket.id if ticket else None,
        team_id=agent.team_id if agent else None,
        agent_id=agent_id,
        question=question,
        score=score,
        comment=comment,
        at=clock.now(),
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=[FollowUp.effect_key]))


def take(follow_up_id: UUID, *, by: Actor) -> FollowUp:
    """From now on she looks after it; twice is once."""
    with db.transaction():
        found = _locked(follow_up_id, by)
        if found.done_at is not None:
            raise FollowUpDone
        if found.taken_by not in {None, by.id}:
            raise TakenByOther(found.carer.name if found.carer else "")
        if found.taken_by is None:
            found.taken_by, found.taken_at = by.id, clock.now()
            audit.record(by, "follow_up.taken", "follow_up", found.id)
    return found


def finish(follow_up_id: UUID, outcome: str, *, by: Actor) -> FollowUp:
    """Say what came of it. Whoever finishes what nobody has taken has it."""
    words = cleaned(outcome)[:_LONGEST_OUTCOME]
    with db.transaction():
        found = take(follow_up_id, by=by)
        found.outcome, found.done_at = words, clock.now()
        audit.record(by, "follow_up.done", "follow_up", found.id)
    return found


def listed(actor: Actor, *, done: bool = False, limit: int = 200) -> list[tuple[FollowUp, str]]:
    """Of the reader's markets with their tickets' references: open ones oldest first, else the
    latest. One statement."""
    actor.must(PERMISSION)
    query = (
        select(FollowUp, Ticket.reference)
        .outerjoin(Ticket, Ticket.id == FollowUp.ticket_id)
        .options(joinedload(FollowUp.agent), joinedload(FollowUp.carer))
        .where(
            FollowUp.done_at.is_not(None) if done else FollowUp.done_at.is_(None),
            in_markets_of(actor, FollowUp.market_code),
        )
        .order_by(FollowUp.at.desc() if done else FollowUp.at)
        .limit(limit)
    )
    return [(found, reference or "") for found, reference in db.session.execute(query)]


def _locked(follow_up_id: UUID, by: Actor) -> FollowUp:
    found = db.session.get(FollowUp, follow_up_id, with_for_update=True, populate_existing=True)
    if found is None or not by.sees_market(found.market_code):
        raise NotFound
    by.must(PERMISSION)
    return found
