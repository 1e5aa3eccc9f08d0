"""What the operator's directory says about staff and teams, done as people would do it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from app.audit import service as audit
from app.core import db, i18n
from app.core.actor import Actor
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import lazy
from app.core.ids import id_in
from app.identity import links, staffing, switch, teams
from app.identity.models import LinkPurpose, SessionKind, Staff, Team
from app.identity.queries import in_reach
from app.identity.service import EmailTaken, staff_by_email

LONGEST_ID = 200


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    message = lazy("Somebody else has this external id.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should hold; None is left as it is."""

    email: str | None = None
    name: str | None = None
    external_id: str | None = None
    language: str | None = None
    roles: Sequence[str] | None = None
    markets: Sequence[str] | None = None
    active: bool | None = None


def make(wanted: Wanted, *, by: Actor) -> Staff:
    """Invite somebody. Without markets she works in those of the directory's key."""
    with db.transaction():
        _refuse_taken(wanted.external_id, None)
        staff = staffing.invite(
            by=by,
            email=wanted.email or "",
            name=wanted.name or (wanted.email or "").partition("@")[0],
            roles=wanted.roles or [],
            markets=sorted(by.markets) if wanted.markets is None else wanted.markets,
            language=wanted.language or "en",
            external_id=_checked_id(wanted.external_id),
            told=wanted.active is not False,
        )
        if wanted.active is False:
            staffing.disable(staff.id, by=by)
    return staff


def change(staff_id: UUID, wanted: Wanted, *, by: Actor) -> Staff:
    """Raises EmailTaken, ExternalIdTaken, LastAdministrator, Forbidden, Invalid, NotFound."""
    with db.transaction():
        staff = staffing.staff_for(by, staff_id, lock=True)
        changed = {
            **_email(staff, wanted.email, by),
            **_name(staff, wanted.name),
            **_external_id(staff, wanted.external_id),
        }
        if wanted.language in i18n.LANGUAGES:
            staff.language = str(wanted.language)
        if changed:
            audit.record(by, "staff.changed", "staff", staff.id, **changed)
        if wanted.markets is not None:
            staffing.change_markets(staff.id, wanted.markets, by=by)
        if wanted.roles is not None:
            staffing.change_roles(staff.id, wanted.roles, by=by)
        if wanted.active is not None:
            (staffing.enable if wanted.active else staffing.disable)(staff.id, by=by)
    return staff


def one(staff_id: UUID, *, by: Actor) -> Staff:
    return staffing.staff_for(by, staff_id)


def let_go(staff_id: UUID, *, by: Actor) -> None:
    """What a directory calls deleting. What she did stays, so she does too: disabled."""
    staffing.disable(staff_id, by=by)


def find(
    asked: Sequence[tuple[str, str]], *, start: int, count: int, by: Actor
) -> tuple[int, Sequence[Staff]]:
    """How many there are, and those of a page. Only whom the key may manage."""
    query = select(Staff).where(*(_condition(*each) for each in asked), in_reach(by))
    return _paged(query, Staff.created_at, start, count)


def find_teams(
    asked: Sequence[tuple[str, str]], *, start: int, count: int, by: Actor
) -> tuple[int, Sequence[Team]]:
    query = select(Team).where(*(_team_condition(*each, by) for each in asked))
    return _paged(query, Team.name, start, count)


def team(team_id: UUID) -> Team:
    found = db.session.get(Team, team_id)
    if found is None:
        raise NotFound
    return found


def members_of(team_ids: Sequence[UUID], *, by: Actor) -> dict[UUID, list[Staff]]:
    """In one statement, however many teams there are. Only whom the key may manage."""
    found: dict[UUID, list[Staff]] = {}
    query = select(Staff).where(Staff.team_id.in_(team_ids), in_reach(by))
    for staff in db.session.scalars(query.order_by(Staff.name)):
        if staff.team_id is not None:
            found.setdefault(staff.team_id, []).append(staff)
    return found


def make_team(name: str, members: Sequence[UUID], *, by: Actor) -> Team:
    with db.transaction():
        made = teams.add_team(name, by=by)
        put_in(made.id, members, by=by)
    return made


def rename_team(team_id: UUID, name: str, *, by: Actor) -> Team:
    return teams.rename_team(team_id, name, by=by)


def put_in(team_id: UUID, members: Sequence[UUID], *, by: Actor) -> None:
    with db.transaction():
        for staff_id in members:
            teams.put_in_team(staff_id, team_id, by=by)


def take_out(team_id: UUID, members: Sequence[UUID], *, by: Actor) -> None:
    """Who is not in it stays where she is."""
    with db.transaction():
        for staff_id in members:
            if staffing.staff_for(by, staff_id).team_id == team_id:
                teams.put_in_team(staff_id, None, by=by)


def set_members(team_id: UUID, members: Sequence[UUID], *, by: Actor) -> None:
    """Of whom the key may manage; the others stay."""
    with db.transaction():
        now = [each.id for each in members_of([team_id], by=by).get(team_id, [])]
        take_out(team_id, [each for each in now if each not in members], by=by)
        put_in(team_id, [each for each in members if each not in now], by=by)


def together(act: Callable[[], object]) -> None:
    """All of it or nothing."""
    with db.transaction():
        act()


def address_of(path: str) -> str:
    """From the configuration, never from a request."""
    return f"{switch.site().url}{path}"


def _condition(name: str, value: str) -> Any:
    if name == "id":
        return Staff.id == _id(value)
    if name == "externalId":
        return Staff.external_id == value
    if name == "displayName":
        return Staff.name == value
    if name == "active":
        return Staff.disabled_at.is_(None) if value == "true" else Staff.disabled_at.is_not(None)
    return Staff.email == value.strip().casefold()


def _team_condition(name: str, value: str, by: Actor) -> Any:
    if name == "id":
        return Team.id == _id(value)
    if name == "displayName":
        return Team.name == value
    return exists().where(Staff.team_id == Team.id, Staff.id == _id(value), in_reach(by))


def _paged(query: Select[Any], order: Any, start: int, count: int) -> tuple[int, Sequence[Any]]:
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(order).offset(start - 1).limit(count)
    return total, db.session.scalars(page).all()


def _email(staff: Staff, email: str | None, by: Actor) -> dict[str, Any]:
    """Links that are on their way to the former address open nothing any more."""
    before, address = staff.email, None if email is None else staffing.checked_email(email)
    if address is None or address == before:
        return {}
    if staff.permissions & staffing.BY_PEOPLE_ONLY:  # whoever has her mailbox is half of her
        raise Forbidden
    if staff_by_email(address) is not None:
        raise EmailTaken
    staff.email = address
    if staffing.is_invited(staff):
        staffing.invite_again(staff.id, by=by)
    else:
        links.revoke(LinkPurpose.RESET, SessionKind.STAFF, staff.id)
    return {"email": (before, address)}


def _name(staff: Staff, name: str | None) -> dict[str, Any]:
    before, said = staff.name, None if name is None else staffing.checked_name(name)
    if said is None or said == before:
        return {}
    staff.name = said
    return {"name": (before, said)}


def _external_id(staff: Staff, external_id: str | None) -> dict[str, Any]:
    before, wanted = staff.external_id, _checked_id(external_id)
    if wanted is None or wanted == before:
        return {}
    _refuse_taken(wanted, staff.id)
    staff.external_id = wanted
    return {"external_id": (before, wanted)}


def _refuse_taken(external_id: str | None, staff_id: UUID | None) -> None:
    holder = db.session.scalar(select(Staff.id).where(Staff.external_id == external_id))
    if external_id is not None and holder not in {None, staff_id}:
        raise ExternalIdTaken


def _checked_id(external_id: str | None) -> str | None:
    if external_id is None:
        return None
    if not 0 < len(external_id) <= LONGEST_ID or not external_id.isprintable():
        raise Invalid(field="externalId")
    return external_id


def _id(value: str) -> UUID:
    """One that nobody has, when it is no id."""
    return id_in(value) or UUID(int=0)
