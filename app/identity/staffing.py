"""Who works here: invited, given roles, let go. What changes somebody's rights ends her
sessions."""

from collections.abc import Sequence
from uuid import UUID

import pyotp
from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events, i18n
from app.core.actor import Actor, Kind
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.turns import take_turn
from app.identity import (
    devices,
    grants,
    letters,
    links,
    passkeys,
    passwords,
    recovery,
    sessions,
    switch,
)
from app.identity import roles as custom
from app.identity.errors import BadCode, LastAdministrator
from app.identity.events import RightsChanged
from app.identity.models import LinkPurpose, ProviderIdentity, SessionKind, Staff
from app.identity.passwords import WeakPassword
from app.identity.permissions import ROLES, permissions_of
from app.identity.queries import has_come_in
from app.identity.service import EmailTaken, matching_step, staff_by_email
from app.markets.queries import all_markets

STAFF = SessionKind.STAFF
INVITATION = LinkPurpose.INVITATION
MANAGES, PROVISIONS = "staff.manage", "staff.provision"
# What the operator's directory gives to nobody: a stolen key of it must not make administrators.
BY_PEOPLE_ONLY = frozenset({MANAGES, PROVISIONS, "api.manage"})
LONGEST_NAME = 80


def staff_for(by: Actor, staff_id: UUID, *, lock: bool = False) -> Staff:
    """Somebody whom `by` may manage: all whose markets are hers. Raises NotFound, Forbidden."""
    must_manage(by)
    staff = db.session.get(Staff, staff_id, with_for_update=lock or None, populate_existing=lock)
    if staff is None or not _manages(by, staff.markets):
        raise NotFound
    return staff


def invite(
    *,
    by: Actor,
    email: str,
    name: str,
    roles: Sequence[str],
    markets: Sequence[str] = (),
    language: str = "en",
    team_id: UUID | None = None,
    external_id: str | None = None,
    told: bool = True,
) -> Staff:
    """An account that opens once its owner has chosen her password and second factor.

    Raises EmailTaken, Invalid, and Forbidden for rights that `by` has not got.
    """
    with db.transaction():
        must_manage(by)
        address = checked_email(email)
        _check_roles(by, roles)
        _check_markets(by, markets)
        spoken = language if language in i18n.LANGUAGES else "en"
        take_turn(f"staff:{address}")
        if staff_by_email(address) is not None:
            raise EmailTaken
        staff = Staff(
            email=address,
            name=checked_name(name),
            language=spoken,
            speaks=[spoken],
            roles=sorted(set(roles)),
            custom_permissions=sorted(custom.permissions_given(roles)),
            markets=sorted(set(markets)),
            team_id=team_id,
            external_id=external_id,
            password_hash=None,
            totp_secret=pyotp.random_base32(),
            totp_last_step=0,
            created_at=clock.now(),
        )
        db.session.add(staff)
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "staff.invited", "staff", staff.id, roles=staff.roles, markets=markets)
        if told:
            _send_invitation(staff)
    return staff


def invite_again(staff_id: UUID, *, by: Actor) -> Staff:
    """Another link; the one before it opens nothing. Only to who has not come in yet."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        _check_invited(staff)
        _send_invitation(staff)
        audit.record(by, "staff.invited_again", "staff", staff.id)
    return staff


def revoke_invitation(staff_id: UUID, *, by: Actor) -> Staff:
    """Its link opens nothing, and the account is shut."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        _check_invited(staff)
        links.revoke(INVITATION, STAFF, staff.id)
        staff.disabled_at = clock.now()
        audit.record(by, "staff.invitation_revoked", "staff", staff.id)
    return staff


def invited(token: str) -> Staff:
    """Who opens this link. Raises LinkNotValid."""
    return db.session.get_one(Staff, links.owner_of(INVITATION, STAFF, token))


def accept(token: str, password: str | None, code: str) -> tuple[Actor, Sequence[str]]:
    """Choose a password and prove the second factor; recovery codes come back, this once.

    Who was linked to the operator's sign-on needs no password. Raises LinkNotValid, WeakPassword,
    and BadCode, after which the link is still good.
    """
    staff = invited(token)
    if password is None and not is_linked(staff.id):
        raise WeakPassword
    hashed = None if password is None else passwords.hashed(password)
    step = matching_step(staff.totp_secret, code, clock.now())
    if step is None:
        raise BadCode
    with db.transaction():
        links.spend(INVITATION, STAFF, token)
        staff = db.session.get_one(Staff, staff.id, with_for_update=True, populate_existing=True)
        staff.password_hash, staff.totp_last_step = hashed, step
        actor = staff.as_actor()
        audit.record(actor, "staff.joined", "staff", staff.id)
        codes = recovery.regenerate(by=actor)
    return actor, codes


def renew_invitation(staff_id: UUID) -> str:
    """A fresh token for who came back from being linked; the one before opens nothing."""
    return links.issue(INVITATION, STAFF, staff_id)


def is_linked(staff_id: UUID) -> bool:
    """Whether the operator's sign-on knows her."""
    query = select(ProviderIdentity.id).where(ProviderIdentity.staff_id == staff_id).limit(1)
    return db.session.scalar(query) is not None


def change_roles(staff_id: UUID, roles: Sequence[str], *, by: Actor) -> Staff:
    """Her sessions end: what she may do is decided anew. Raises LastAdministrator, Forbidden."""
    with db.transaction():
        take_turn("administrators")
        staff = staff_for(by, staff_id, lock=True)
        before, after = staff.roles, sorted(set(roles))
        _check_roles(by, set(before) ^ set(after))
        if before == after:
            return staff
        given = sorted(custom.permissions_given(after))
        if MANAGES in staff.permissions and MANAGES not in permissions_of(after, given):
            _check_others_remain(staff)
        staff.roles, staff.custom_permissions = after, given
        said = {"before": ", ".join(before), "after": ", ".join(after)}
        audit.record(by, "staff.roles_changed", "staff", staff.id, **said)
        _end_sessions(staff, by)
    return staff


def change_markets(staff_id: UUID, markets: Sequence[str], *, by: Actor) -> Staff:
    """Where she works; her sessions end. Raises Invalid for markets that `by` does not manage."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        before, after = staff.markets, sorted(set(markets))
        _check_markets(by, after)
        if before != after:
            staff.markets = after
            said = {"before": ", ".join(before), "after": ", ".join(after)}
            audit.record(by, "staff.markets_changed", "staff", staff.id, **said)
            _end_sessions(staff, by)
    return staff


def disable(staff_id: UUID, *, by: Actor) -> Staff:
    """She is out at once, everywhere, and does not come in again; twice changes nothing."""
    with db.transaction():
        take_turn("administrators")
        staff = staff_for(by, staff_id, lock=True)
        if staff.disabled_at is not None:
            return staff
        _check_others_remain(staff)
        staff.disabled_at = clock.now()
        for purpose in LinkPurpose:
            links.revoke(purpose, STAFF, staff.id)
        grants.end_all(staff.id, by=by)
        audit.record(by, "staff.disabled", "staff", staff.id)
        _end_sessions(staff, by)
    return staff


def enable(staff_id: UUID, *, by: Actor) -> Staff:
    """She may come in again, with the factors that she had."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        if staff.disabled_at is not None:
            _check_roles(by, staff.roles)
            staff.disabled_at = None
            audit.record(by, "staff.enabled", "staff", staff.id)
    return staff


def begin_anew(staff_id: UUID, *, by: Actor) -> Staff:
    """For who has lost everything: factors, known browsers and what machines may do in her name go,
    and an invitation comes."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        if staff.disabled_at is not None or staff.id == by.id:
            raise Forbidden
        staff.password_hash = None
        staff.totp_last_step = 0
        passkeys.revoke_all(STAFF, staff.id)
        recovery.forget(staff.id)
        devices.forget_all(STAFF, staff.id)
        grants.end_all(staff.id, by=by)
        audit.record(by, "staff.factors_reset", "staff", staff.id)
        _send_invitation(staff)
        _end_sessions(staff, by)
    return staff


def sign_out_everywhere(staff_id: UUID, *, by: Actor) -> int:
    """Somebody else, on all her devices. Returns how many sessions ended."""
    return sessions.end_all(STAFF, staff_for(by, staff_id).id, by=by)


def checked_email(email: str) -> str:
    address = email.strip().casefold()
    name, at, domain = address.rpartition("@")
    if not (at and name and "." in domain and address.isprintable() and len(address) <= 254):
        raise Invalid(field="email")
    if any(sign in address for sign in " ,;<>\"'\\"):
        raise Invalid(field="email")
    return address


def checked_name(name: str) -> str:
    said = " ".join(name.split())
    if not 0 < len(said) <= LONGEST_NAME or not said.isprintable():
        raise Invalid(field="name")
    return said


def must_manage(by: Actor) -> None:
    """People by their permission, the operator's directory by its own."""
    by.must(PROVISIONS if by.kind is Kind.CLIENT else MANAGES)


def _send_invitation(staff: Staff) -> None:
    """With a secret that no earlier link has shown."""
    staff.totp_secret = pyotp.random_base32()
    token = links.issue(INVITATION, STAFF, staff.id)
    site = switch.site()
    letters.write(
        "invitation",
        staff.email,
        staff.language,
        expires_at=clock.now() + links.VALID_FOR,
        name=staff.name,
        operator=site.operator,
        minutes=links.MINUTES,
        url=f"{site.url}/welcome?token={token}",
    )


def _end_sessions(staff: Staff, by: Actor) -> None:
    sessions.end_all(STAFF, staff.id, by=by)
    events.announce(RightsChanged(staff.id))


def is_invited(staff: Staff) -> bool:
    """Whether she has yet to come in for the first time."""
    return staff.password_hash is None and not staff.totp_last_step and staff.disabled_at is None


def _check_invited(staff: Staff) -> None:
    if not is_invited(staff):
        raise NotFound


def _check_roles(by: Actor, roles: Sequence[str] | set[str]) -> None:
    """Nobody gives, or takes, rights that she has not got herself."""
    if any(role not in ROLES and not role.startswith(custom.CODE) for role in roles):
        raise Invalid(field="roles")
    held = permissions_of(list(roles), sorted(custom.permissions_given(roles)))
    if by.kind is Kind.CLIENT and held & BY_PEOPLE_ONLY:
        raise Forbidden
    for permission in () if by.kind is Kind.CLIENT else sorted(held):
        by.must(permission)


def _check_markets(by: Actor, markets: Sequence[str]) -> None:
    """There are such, and she manages them."""
    if not _manages(by, markets) or set(markets) - {each.code for each in all_markets()}:
        raise Invalid(field="markets")


def _check_others_remain(staff: Staff) -> None:
    """Raises LastAdministrator. In the turn of "administrators"."""
    if MANAGES not in staff.permissions or staff.disabled_at is not None:
        return
    query = select(Staff).where(Staff.id != staff.id, Staff.disabled_at.is_(None), has_come_in())
    for other in db.session.scalars(query):
        mine = set(staff.markets)
        covers = not other.markets or (mine and mine <= set(other.markets))
        if covers and MANAGES in other.permissions:
            return
    raise LastAdministrator


def _manages(by: Actor, markets: Sequence[str]) -> bool:
    return not by.markets or (bool(markets) and set(markets) <= by.markets)
