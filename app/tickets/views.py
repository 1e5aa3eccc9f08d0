"""The views that somebody sees, in her order, with how many tickets each shows her."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.actor import Actor
from app.core.errors import Forbidden, NotFound
from app.identity.models import Staff
from app.tickets import listing
from app.tickets.listing import Filters
from app.tickets.models import SavedView, Sharing, ViewPlace

MOST_COUNTED = 999
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """`count` is at most one more than `MOST_COUNTED`."""

    view: SavedView
    filters: Filters
    count: int
    may_change: bool

    @property
    def count_text(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)


def shown_to(actor: Actor) -> Sequence[Shown]:
    """Two statements, however many there are."""
    found = names_for(actor)
    filters = {each.id: Filters.read(each.asked) for each in found}
    counts = listing.counts_of(actor, filters, most=MOST_COUNTED)
    return [
        Shown(each, filters[each.id], counts[each.id], may_change(actor, each)) for each in found
    ]


def names_for(actor: Actor) -> Sequence[SavedView]:
    """Those that she sees, in her order. One statement."""
    place = and_(ViewPlace.view_id == SavedView.id, ViewPlace.staff_id == actor.id)
    query = (
        select(SavedView)
        .outerjoin(ViewPlace, place)
        .options(joinedload(SavedView.owner), joinedload(SavedView.team))
        .where(seen_by(actor), SavedView.deleted_at.is_(None))
        .order_by(ViewPlace.position.nulls_last(), SavedView.created_at, SavedView.id)
        .limit(MOST_SHOWN)
    )
    return db.session.scalars(query).all()


def filters_of(actor: Actor, view_id: UUID) -> Filters | None:
    """What a view shows; None for one that is deleted, or that she does not see."""
    query = select(SavedView.asked).where(
        SavedView.id == view_id, seen_by(actor), SavedView.deleted_at.is_(None)
    )
    asked = db.session.scalar(query)
    return None if asked is None else Filters.read(asked)


def view_for(actor: Actor, view_id: UUID, *, lock: bool = False) -> SavedView:
    """To change it: its owner, or of a shared one who may share. Raises NotFound, Forbidden."""
    query = select(SavedView).where(SavedView.id == view_id, seen_by(actor))
    found = db.session.scalar(query.with_for_update(of=SavedView) if lock else query)
    if found is None:
        raise NotFound
    if not may_change(actor, found):
        raise Forbidden
    return found


def may_change(actor: Actor, view: SavedView) -> bool:
    return view.owner_id == actor.id or actor.may("views.share")


def seen_by(actor: Actor) -> ColumnElement[bool]:
    team = select(Staff.team_id).where(Staff.id == actor.id).scalar_subquery()
    return or_(
        SavedView.owner_id == actor.id,
        SavedView.sharing == Sharing.ALL,
        and_(SavedView.sharing == Sharing.TEAM, SavedView.team_id == team),
    )
