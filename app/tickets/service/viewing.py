"""Keeping a choice of tickets under a name, sharing it, and putting those one sees in order."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from app.audit import service as audit
from app.core import bulk, clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.identity.models import Team
from app.tickets import views
from app.tickets.errors import AlreadyUndone, TooLateToUndo, TooManyHere
from app.tickets.listing import Filters
from app.tickets.models import SavedView, Sharing, ViewPlace

UNDO_WITHIN = timedelta(minutes=10)
_MOST = 40
_LONGEST_NAME = 60


def save_view(
    name: str,
    filters: Filters,
    *,
    by: Actor,
    sharing: Sharing = Sharing.PRIVATE,
    team_id: UUID | None = None,
) -> SavedView:
    """For oneself; to share it with a team or with all needs `views.share`."""
    by.must("tickets.read")
    words = _checked(name)
    with db.transaction():
        _must_share(by, sharing)
        mine = select(func.count()).where(
            SavedView.owner_id == by.id, SavedView.deleted_at.is_(None)
        )
        if db.session.scalars(mine).one() >= _MOST:
            raise TooManyHere
        view = SavedView(
            owner_id=by.id,
            name=words,
            sharing=sharing,
            team_id=_team(sharing, team_id),
            asked=filters.asked,
            created_at=clock.now(),
        )
        db.session.add(view)
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "view.saved", "ticket_view", view.id, name=words, sharing=sharing)
    return view


def change_view(
    view_id: UUID,
    name: str,
    *,
    by: Actor,
    sharing: Sharing,
    team_id: UUID | None = None,
    filters: Filters | None = None,
) -> SavedView:
    """Its name, with whom it is shared, and (`filters`) what it shows."""
    words = _checked(name)
    with db.transaction():
        view = views.view_for(by, view_id, lock=True)
        if view.deleted_at is not None:
            raise NotFound
        shared_with = (sharing, _team(sharing, team_id))
        if shared_with != (view.sharing, view.team_id):
            _must_share(by, sharing)
        before = (view.name, view.sharing)
        view.name, (view.sharing, view.team_id) = words, shared_with
        if filters is not None:
            view.asked = filters.asked
        told = {"name": (before[0], words), "sharing": (before[1], sharing)}
        audit.record(by, "view.changed", "ticket_view", view.id, **told)
    return view


def delete_view(view_id: UUID, *, by: Actor) -> SavedView:
    with db.transaction():
        view = views.view_for(by, view_id, lock=True)
        if view.deleted_at is None:
            view.deleted_at = clock.now()
            audit.record(by, "view.deleted", "ticket_view", view.id, name=view.name)
    return view


def restore_view(view_id: UUID, *, by: Actor) -> SavedView:
    """As it was, for some minutes. Raises TooLateToUndo, AlreadyUndone."""
    with db.transaction():
        view = views.view_for(by, view_id, lock=True)
        if view.deleted_at is None:
            raise AlreadyUndone
        if clock.now() > view.deleted_at + UNDO_WITHIN:
            raise TooLateToUndo
        view.deleted_at = None
        audit.record(by, "view.restored", "ticket_view", view.id, name=view.name)
    return view


def order_views(view_ids: Sequence[UUID], *, by: Actor) -> None:
    """For oneself alone; what is not named comes after them. Raises NotFound for what she does not
    see."""
    by.must("tickets.read")
    wanted = list(dict.fromkeys(view_ids))
    with db.transaction():
        seen = select(SavedView.id).where(SavedView.id.in_(wanted), views.seen_by(by))
        if set(db.session.scalars(seen)) != set(wanted):
            raise NotFound
        db.session.execute(delete(ViewPlace).where(ViewPlace.staff_id == by.id))
        rows = [
            {"staff_id": by.id, "view_id": each, "position": place}
            for place, each in enumerate(wanted)
        ]
        bulk.insert(ViewPlace, rows, unless_known="staff_id, view_id")


def forget_deleted(*, by: Actor) -> int:
    """What can no longer be brought back. Returns how many."""
    by.must("tickets.configure")
    with db.transaction():
        gone = SavedView.deleted_at < clock.now() - UNDO_WITHIN
        return len(db.session.scalars(delete(SavedView).where(gone).returning(SavedView.id)).all())


def _must_share(by: Actor, sharing: Sharing) -> None:
    if sharing is not Sharing.PRIVATE:
        by.must("views.share")


def _team(sharing: Sharing, team_id: UUID | None) -> UUID | None:
    if sharing is not Sharing.TEAM:
        return None
    if team_id is None or db.session.get(Team, team_id) is None:
        raise Invalid(field="team")
    return team_id


def _checked(name: str) -> str:
    words = " ".join(name.split())
    if not (0 < len(words) <= _LONGEST_NAME and words.isprintable()):
        raise Invalid(field="name")
    return words
