"""Browsers that somebody has signed in with before."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from app.core import clock, db
from app.core.ids import new_id
from app.core.secrets import new_token, token_hash
from app.identity.models import KnownDevice, SessionKind


@dataclass(frozen=True, slots=True)
class Remembered:
    """`token` is what the browser keeps."""

    id: UUID
    token: str


def is_new(kind: SessionKind, owner_id: UUID, token: str) -> bool:
    """Whether she came before, but not with this browser, or with one that was forgotten since. Her
    very first is not new."""
    query = select(KnownDevice.token_hash, KnownDevice.forgotten_at).where(
        KnownDevice.kind == kind, KnownDevice.owner_id == owner_id
    )
    all_of_them = db.session.execute(query).all()
    known = {each.token_hash for each in all_of_them if each.forgotten_at is None}
    return bool(all_of_them) and token_hash(token) not in known


def remember(kind: SessionKind, owner_id: UUID, token: str) -> Remembered:
    """From now on this browser is known. One without a token of its own gets one."""
    token, moment = token or new_token(), clock.now()
    with db.transaction():
        seen = db.session.scalar(
            update(KnownDevice)
            .where(
                KnownDevice.kind == kind,
                KnownDevice.owner_id == owner_id,
                KnownDevice.token_hash == token_hash(token),
                KnownDevice.forgotten_at.is_(None),
            )
            .values(last_at=moment)
            .returning(KnownDevice.id)
        )
        if seen is not None:
            return Remembered(seen, token)
        # A token that came from elsewhere, or was forgotten, is not taken up again.
        token = new_token()
        device = KnownDevice(
            id=new_id(),
            kind=kind,
            owner_id=owner_id,
            token_hash=token_hash(token),
            first_at=moment,
            last_at=moment,
        )
        db.session.add(device)
    return Remembered(device.id, token)


def forget_all(kind: SessionKind, owner_id: UUID) -> None:
    """Joins the caller's transaction."""
    mine = (KnownDevice.kind == kind, KnownDevice.owner_id == owner_id)
    db.session.execute(
        update(KnownDevice)
        .where(*mine, KnownDevice.forgotten_at.is_(None))
        .values(forgotten_at=clock.now())
    )
