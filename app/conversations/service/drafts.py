"""What agents have begun to write: kept as they type, gone when sent, taken over on demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.conversations import access
from app.conversations.cleaning import cleaned
from app.conversations.errors import DraftGone
from app.conversations.events import DraftMoved
from app.conversations.models import Conversation, Draft, DraftKind
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id

# Whoever has written within this time is answering.
ANSWERING = timedelta(seconds=20)
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Drafts:
    """One's own by kind, and what colleagues share."""

    own: Mapping[DraftKind, Draft]
    shared: list[Draft]


def keep(
    conversation_id: UUID, kind: DraftKind, body: str, *, by: Actor, shared: bool = False
) -> Draft | None:
    """The latest word wins, on whichever device it was written; an empty one is none. Raises
    NotFound, and what no message may hold."""
    words = cleaned(body, may_be_empty=True)
    with db.transaction():
        access.conversation_for(by, conversation_id, "conversations.reply")
        if not words:
            drop(conversation_id, kind, by=by)
            return None
        was_shared = db.session.scalar(
            select(Draft.shared).where(*_hers(conversation_id, kind, by))
        )
        told = {"body": words, "shared": shared, "updated_at": clock.now()}
        row = {"id": new_id(), "conversation_id": conversation_id, "staff_id": by.id, "kind": kind}
        statement = (
            insert(Draft)
            .values(**row, **told)
            .on_conflict_do_update(
                index_elements=["conversation_id", "staff_id", "kind"], set_=told
            )
            .returning(Draft)
            .execution_options(populate_existing=True)
        )
        draft = db.session.scalars(statement).one()
        events.announce(DraftMoved(conversation_id, by.id, shared or bool(was_shared)))
    return draft


def drop(conversation_id: UUID, kind: DraftKind, *, by: Actor) -> None:
    """It was sent, or is not wanted; in the caller's transaction."""
    statement = delete(Draft).where(*_hers(conversation_id, kind, by)).returning(Draft.shared)
    was_shared = db.session.scalar(statement)
    if was_shared is not None:
        events.announce(DraftMoved(conversation_id, by.id, was_shared))


def drafts_of(conversation_id: UUID, *, by: Actor) -> Drafts:
    """For whoever sees the conversation. Raises NotFound, Forbidden."""
    access.conversation_for(by, conversation_id, "conversations.read")
    query = select(Draft).options(joinedload(Draft.staff))
    found = db.session.scalars(
        query.where(
            Draft.conversation_id == conversation_id, (Draft.staff_id == by.id) | Draft.shared
        ).order_by(Draft.updated_at)
    ).all()
    own = {each.kind: each for each in found if each.staff_id == by.id}
    return Drafts(own, [each for each in found if each.staff_id != by.id])


def take_over(draft_id: UUID, *, by: Actor) -> Draft:
    """A colleague's shared draft becomes one's own, after what one has written already; hers goes.
    Of two who take it one gets it. Raises DraftGone."""
    with db.transaction():
        theirs = db.session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
        if theirs is None or not theirs.shared or theirs.staff_id == by.id:
            raise DraftGone
        talk = db.session.get_one(Conversation, theirs.conversation_id)
        if not access.may_see(by, talk):
            raise DraftGone
        access.must_see(by, talk, "conversations.reply")
        talk_id, kind, name = theirs.conversation_id, theirs.kind, theirs.staff.name
        mine = drafts_of(talk_id, by=by).own.get(kind)
        body = f"{mine.body}\n{theirs.body}" if mine else theirs.body
        db.session.delete(theirs)
        db.session.flush()  # what is kept next must not find it
        taken = keep(talk_id, kind, body[:4000], by=by)
        audit.record(by, "draft.taken_over", "conversation", talk_id, name=name)
        events.announce(DraftMoved(talk_id, theirs.staff_id, True))
    if taken is None:
        raise DraftGone
    return taken


def who_answers(conversation_id: UUID, *, but: UUID) -> str | None:
    """The name of somebody else who is writing an answer just now."""
    query = (
        select(Draft)
        .options(joinedload(Draft.staff))
        .where(
            Draft.conversation_id == conversation_id,
            Draft.kind == DraftKind.REPLY,
            Draft.staff_id != but,
            Draft.updated_at > clock.now() - ANSWERING,
        )
        .order_by(Draft.updated_at.desc())
        .limit(1)
    )
    found = db.session.scalar(query)
    return found.staff.name if found else None


def forget_old(*, by: Actor) -> int:
    """What nobody has touched for a month. Returns how many."""
    by.must("conversations.assign")
    with db.transaction():
        old = Draft.updated_at < clock.now() - KEPT_FOR
        return len(db.session.scalars(delete(Draft).where(old).returning(Draft.id)).all())


def _hers(
    conversation_id: UUID, kind: DraftKind, by: Actor
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    return (
        Draft.conversation_id == conversation_id,
        Draft.staff_id == by.id,
        Draft.kind == kind,
    )
