"""Sharing one plan's allowances with other lines of the account."""

from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.catalog.models import Service
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.subscriptions import access
from app.subscriptions.errors import FamilyFull, InAnotherFamily, NotShareable
from app.subscriptions.events import FamilyChanged, SharingEnded
from app.subscriptions.models import FamilyMember, Line
from app.subscriptions.queries import current_plan
from app.subscriptions.service.leaving import refuse_leaving
from app.subscriptions.service.standing import refuse_unusable


def share_with(
    owner_line_id: UUID, line_id: UUID, *, by: Actor, cap: int | None = None
) -> FamilyMember:
    """Let a line draw from the owner's allowances, of data at most `cap` bytes a bucket.

    Again with another cap changes the cap. Raises NotShareable, FamilyFull, InAnotherFamily,
    NotFound for a line of another account, LineLeaving, LineNotActive and its kinds.
    """
    if cap is not None and not 0 <= cap < 2**62:
        raise Invalid(field="cap")
    with db.transaction():
        owner, line = _both(owner_line_id, line_id, by)
        room = current_plan(owner).version.shared_with
        if not room or owner.id == line.id or line.service is not Service.MOBILE:
            raise NotShareable
        member = _membership(line.id)
        if member is not None and member.owner_line_id != owner.id:
            raise InAnotherFamily
        if _membership(owner.id) is not None:
            raise InAnotherFamily
        if member is None:
            if _owns_family(line.id):
                raise InAnotherFamily
            if _size(owner.id) >= room:
                raise FamilyFull
            member = FamilyMember(
                id=new_id(), owner_line_id=owner.id, line_id=line.id, joined_at=clock.now()
            )
            db.session.add(member)
        before, member.cap = member.cap, cap
        audit.record(by, "line.shares_with", "line", owner.id, line=line.number, cap=(before, cap))
        events.announce(FamilyChanged(owner.id, line.id, line.customer_id))
    return member


def stop_sharing(line_id: UUID, *, by: Actor) -> FamilyMember | None:
    """Take a line out of the shared plan; None when it shares none. The owner may, and staff."""
    with db.transaction():
        member = _membership(line_id)
        if member is None:
            return None
        owner = access.line_for(by, member.owner_line_id, "subscriptions.change", lock=True)
        db.session.refresh(member)
        if member.left_at is not None:  # somebody was faster
            return None
        member.left_at = clock.now()
        audit.record(by, "line.stopped_sharing", "line", owner.id, line=member.line.number)
        events.announce(FamilyChanged(owner.id, line_id, member.line.customer_id))
    return member


def leave_family(line: Line) -> None:
    """The line is closed: it shares with nobody, and the others have what is their own. In the
    caller's transaction."""
    query = select(FamilyMember).where(
        FamilyMember.left_at.is_(None),
        (FamilyMember.line_id == line.id) | (FamilyMember.owner_line_id == line.id),
    )
    for member in db.session.scalars(query):
        member.left_at = clock.now()
        owner_id, member_id = member.owner_line_id, member.line_id
        events.announce(FamilyChanged(owner_id, member_id, member.line.customer_id))
        left = owner_id if member_id == line.id else member_id
        events.announce(SharingEnded(member.id, left, line.id))


def _both(owner_line_id: UUID, line_id: UUID, by: Actor) -> tuple[Line, Line]:
    """Locked in one order for everybody, so that nobody waits in a ring."""
    first, second = sorted((owner_line_id, line_id))
    for each in (owner_line_id, line_id):  # she sees both: an employee only those she uses
        access.line_for(by, each, "subscriptions.change")
    for each in (first, second):
        db.session.scalar(
            select(Line)
            .where(Line.id == each)
            .with_for_update(of=Line, key_share=True)
            .execution_options(populate_existing=True)
        )
    owner, line = db.session.get_one(Line, owner_line_id), db.session.get_one(Line, line_id)
    if line.account_id != owner.account_id:
        raise NotFound
    for each_line in (owner, line):
        refuse_unusable(each_line)
        refuse_leaving(each_line)
    return owner, line


def _membership(line_id: UUID) -> FamilyMember | None:
    query = select(FamilyMember).where(
        FamilyMember.line_id == line_id, FamilyMember.left_at.is_(None)
    )
    return db.session.scalar(query)


def _owns_family(line_id: UUID) -> bool:
    return _size(line_id) > 0


def _size(owner_line_id: UUID) -> int:
    query = select(func.count()).where(
        FamilyMember.owner_line_id == owner_line_id, FamilyMember.left_at.is_(None)
    )
    return db.session.scalars(query).one()
