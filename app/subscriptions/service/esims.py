"""eSIM profiles: made with the card, followed until they run on a phone."""

import re
import secrets
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.i18n import lazy
from app.markets import policies
from app.markets.queries import settings_at
from app.subscriptions import access
from app.subscriptions.models import EsimProfile, Line, ProfileState, Sim, SimStatus

DEFAULT_SMDP = "smdp.dialtone.example"
_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)
_ORDER = list(ProfileState)


def _host(chosen: str) -> None:
    """Raises ValueError and TypeError for what is no host's name."""
    if not _HOST.fullmatch(chosen):
        raise ValueError(chosen)


policies.declare("smdp_address", _host)


class ProfileGoesOn(Conflict):
    code = "profile_goes_on"
    message = lazy("An eSIM profile only goes forward. For a new phone the SIM is replaced.")


def release(sim: Sim, market_code: str) -> EsimProfile:
    """A profile ready to be fetched once, inside the caller's transaction."""
    profile = EsimProfile(
        iccid=sim.iccid,
        sim=sim,
        smdp_address=settings_at(market_code, clock.now()).get("smdp_address", DEFAULT_SMDP),
        matching_id=secrets.token_hex(16).upper(),
        state=ProfileState.RELEASED,
        changed_at=clock.now(),
    )
    db.session.add(profile)
    return profile


def profile_for(line_id: UUID, *, by: Actor, permission: str) -> EsimProfile:
    """The profile of the line's card in use. Looking at its code is written down."""
    with db.transaction():
        line = access.line_for(by, line_id, permission)
        profile = _in_use(line)
        audit.record(by, "line.esim_code_viewed", "line", line.id, iccid=profile.iccid)
    return profile


def state_for(line_id: UUID, *, by: Actor, permission: str) -> ProfileState:
    """How far the profile of the card in use is, without its code."""
    return _in_use(access.line_for(by, line_id, permission)).state


def move_profile(line_id: UUID, state: ProfileState | str, *, by: Actor) -> EsimProfile:
    """What the phone or the customer says of it. Raises ProfileGoesOn for a step back."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.activate", lock=True)
        wanted = ProfileState(state)
        profile = _in_use(line)
        if _ORDER.index(wanted) < _ORDER.index(profile.state):
            raise ProfileGoesOn
        before, profile.state, profile.changed_at = profile.state, wanted, clock.now()
        audit.record(by, "line.esim_moved", "line", line.id, state=(before, wanted))
    return profile


def _in_use(line: Line) -> EsimProfile:
    query = (
        select(EsimProfile)
        .join(Sim, Sim.iccid == EsimProfile.iccid)
        .where(Sim.line_id == line.id, Sim.status == SimStatus.ACTIVE)
    )
    profile = db.session.scalar(query)
    if profile is None:
        raise NotFound
    return profile
