"""Links that let somebody choose a password: 256 random bits, hashed, once, fifteen minutes."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from app.core import clock, db
from app.core.ids import new_id
from app.core.secrets import new_token, token_hash
from app.identity.errors import LinkNotValid
from app.identity.models import EntryLink, LinkPurpose, SessionKind

VALID_FOR = timedelta(minutes=15)
MINUTES = int(VALID_FOR.total_seconds() // 60)


def issue(purpose: LinkPurpose, kind: SessionKind, owner_id: UUID | None) -> str:
    """A fresh token; those before it for the same are worth nothing now.

    Without an owner it costs the same and opens nothing. Joins the caller's transaction.
    """
    token, moment = new_token(), clock.now()
    with db.transaction():
        revoke(purpose, kind, owner_id)
        db.session.add(
            EntryLink(
                id=new_id(),
                purpose=purpose,
                kind=kind,
                owner_id=owner_id,
                token_hash=token_hash(token),
                issued_at=moment,
                expires_at=moment + VALID_FOR,
            )
        )
    return token


def revoke(purpose: LinkPurpose, kind: SessionKind, owner_id: UUID | None) -> None:
    """Joins the caller's transaction."""
    db.session.execute(
        update(EntryLink)
        .where(
            EntryLink.purpose == purpose,
            EntryLink.kind == kind,
            EntryLink.owner_id == owner_id,
            *_is_live(),
        )
        .values(revoked_at=clock.now())
    )


def owner_of(purpose: LinkPurpose, kind: SessionKind, token: str) -> UUID:
    """Whose link this is, as long as it is good. Raises LinkNotValid."""
    query = select(EntryLink.owner_id).where(*_named(purpose, kind, token))
    return _owner(db.session.scalar(query))


def find(purpose: LinkPurpose, kind: SessionKind, token: str) -> EntryLink:
    """Raises LinkNotValid."""
    found = db.session.scalar(select(EntryLink).where(*_named(purpose, kind, token)))
    if found is None or found.owner_id is None:
        raise LinkNotValid
    return found


def spend(purpose: LinkPurpose, kind: SessionKind, token: str) -> UUID:
    """In the transaction of what it is for: whoever comes second is refused."""
    statement = update(EntryLink).where(*_named(purpose, kind, token)).values(used_at=clock.now())
    return _owner(db.session.scalar(statement.returning(EntryLink.owner_id)))


def _named(purpose: LinkPurpose, kind: SessionKind, token: str) -> list[ColumnElement[bool]]:
    return [
        EntryLink.purpose == purpose,
        EntryLink.kind == kind,
        EntryLink.token_hash == token_hash(token),
        EntryLink.owner_id.is_not(None),
        *_is_live(),
    ]


def _is_live() -> list[ColumnElement[bool]]:
    return [
        EntryLink.used_at.is_(None),
        EntryLink.revoked_at.is_(None),
        EntryLink.expires_at > clock.now(),
    ]


def _owner(found: UUID | None) -> UUID:
    if found is None:
        raise LinkNotValid
    return found
