"""Telling people what was done with their ways in: the person herself, and who looks after her."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.audit import service as audit
from app.core import db
from app.core.actor import SYSTEM
from app.core.i18n import lazy, speaking
from app.identity import letters, switch
from app.identity.context import NEW_DEVICE, OUT_OF_HOURS
from app.identity.events import FactorChanged, SignInUnusual
from app.identity.models import Session, SessionKind, Staff

MOST_TOLD = 20
WHY: dict[str, Any] = {
    NEW_DEVICE: lazy("from a device that you had not used before"),
    OUT_OF_HOURS: lazy("outside working hours"),
}
WHAT: dict[str, Any] = {
    "passkey.added": lazy("a passkey was added"),
    "passkey.revoked": lazy("a passkey was removed"),
    "recovery_codes.made": lazy("new recovery codes were made"),
    "recovery_codes.used": lazy("a recovery code was used"),
    "authenticator.changed": lazy("another authenticator app is in use"),
    "sign_on.linked": lazy("a company account was linked"),
    "sign_on.unlinked": lazy("a company account was unlinked"),
}


def tell_of_unusual_sign_in(event: SignInUnusual) -> None:
    """Heard once each."""
    if event.kind != SessionKind.STAFF:
        return
    staff = db.session.get_one(Staff, event.owner_id)
    address = db.session.get_one(Session, event.session_id).address
    with db.transaction():
        audit.record(
            SYSTEM, "session.unusual", "session", event.session_id, why=", ".join(event.why)
        )
        _write("unusual_sign_in", staff, event.why, address=address)
        for other in supervisors_of(staff):
            _write("unusual_sign_in_of", other, event.why, address=address, name=staff.name)


def tell_of_changed_factor(event: FactorChanged) -> None:
    if event.kind != SessionKind.STAFF:
        return
    staff = db.session.get_one(Staff, event.owner_id)
    with speaking(staff.language):
        what = str(WHAT[event.what])
    operator = switch.site().operator
    letters.write("factor_changed", staff.email, staff.language, operator=operator, what=what)


def supervisors_of(staff: Staff) -> Sequence[Staff]:
    """Of her team, else of her markets, else administrators; never herself."""
    here = select(Staff).where(Staff.id != staff.id, Staff.disabled_at.is_(None))
    leads = db.session.scalars(here.where(Staff.roles.contains(["supervisor"]))).all()
    of_team = [each for each in leads if staff.team_id and each.team_id == staff.team_id]
    if found := of_team or [each for each in leads if _shares_market(each, staff)]:
        return found[:MOST_TOLD]
    above = db.session.scalars(here.where(Staff.roles.contains(["administrator"]))).all()
    return [each for each in above if _shares_market(each, staff)][:MOST_TOLD]


def _shares_market(one: Staff, other: Staff) -> bool:
    return not one.markets or not other.markets or bool(set(one.markets) & set(other.markets))


def _write(kind: str, to: Staff, why: Sequence[str], **facts: str) -> None:
    with speaking(to.language):
        said = ", ".join(str(WHY[each]) for each in why)
    told: dict[str, Any] = {"operator": switch.site().operator, "why": said, **facts}
    letters.write(kind, to.email, to.language, **told)
