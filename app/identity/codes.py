"""One-time codes: six digits, five minutes and tries unless their purpose says otherwise, used
once, also in fifty parallel tries."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.core import clock, db, events, i18n
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.secrets import keyed_hash, masked_address, new_token, same
from app.core.turns import take_turn
from app.identity.errors import TooManyCodes, WrongCode
from app.identity.events import CodeIssued
from app.identity.models import OneTimeCode

VALID_FOR = timedelta(minutes=5)
MOST_TRIES = 5
# Somebody who asks for more is guessing, or floods somebody else's phone.
MOST_AN_HOUR = 6
# What a code is for that is written into a conversation: owner is the conversation.
IN_CONVERSATION = "conversation"


def issue(
    owner_id: UUID,
    purpose: str,
    object_id: UUID,
    /,
    *,
    by: Actor,
    channel: str,
    address: str,
    valid_for: timedelta = VALID_FOR,
    about: str = "customer",
    sent: bool = True,
) -> OneTimeCode:
    """A fresh code for one purpose on one object; those before it are worth nothing now.

    It leaves after the commit, by the CodeIssued errand. `about` is what the owner is. One that is
    not `sent` costs the same work, reaches nobody and is never right: whoever asked must not learn
    whether there is somebody at an address. Raises TooManyCodes.
    """
    with db.transaction():
        now = clock.now()
        take_turn(f"code:{owner_id}")
        _refuse_floods(owner_id, purpose)
        mine = update(OneTimeCode).where(
            OneTimeCode.owner_id == owner_id,
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        db.session.execute(mine.values(expires_at=now))
        code, code_id = f"{secrets.randbelow(10**6):06d}", new_id()
        row = OneTimeCode(
            id=code_id,
            owner_id=owner_id,
            purpose=purpose,
            object_id=object_id,
            code_hash=_hash(code_id, code if sent else new_token()),
            to_send=code if sent else None,
            channel=channel,
            address=address,
            language=i18n.language(),
            issued_at=now,
            expires_at=now + valid_for,
        )
        db.session.add(row)
        audit.record(
            by, "code.issued", about, owner_id, purpose=purpose, to=masked_address(address)
        )
        events.announce(CodeIssued(row.id))
    return row


def live(owner_id: UUID, purpose: str, object_id: UUID, /, *, tries: int) -> OneTimeCode | None:
    """The code that may still be used for just this, when fewer than `tries` were made at it."""
    query = select(OneTimeCode).where(
        OneTimeCode.owner_id == owner_id,
        OneTimeCode.purpose == purpose,
        OneTimeCode.object_id == object_id,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
        OneTimeCode.tries < tries,
    )
    query = query.order_by(OneTimeCode.issued_at.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))


def attempt(
    code_id: UUID,
    code: str,
    /,
    *,
    owner_id: UUID,
    purpose: str,
    object_id: UUID,
    tries: int = MOST_TRIES,
) -> None:
    """Count a try, and raise WrongCode unless it is right. The count stays whatever follows."""
    digits = "".join(code.split())
    with db.transaction():
        tried = db.session.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.id == code_id,
                OneTimeCode.owner_id == owner_id,
                OneTimeCode.purpose == purpose,
                OneTimeCode.object_id == object_id,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > clock.now(),
                OneTimeCode.tries < tries,
            )
            .values(tries=OneTimeCode.tries + 1)
            .returning(OneTimeCode.code_hash)
        ).scalar()
    if tried is None or not same(tried, _hash(code_id, digits)):
        raise WrongCode


def spend(code_id: UUID) -> None:
    """In the transaction of what the code is for: whoever comes second is refused."""
    spent = db.session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(OneTimeCode.id)
    )
    if spent.first() is None:
        raise WrongCode


def refuse_flooded_address(address: str, purpose: str, /) -> None:
    """Whoever asks for them, one address gets only so many. Joins the caller's transaction.

    Raises TooManyCodes.
    """
    take_turn(f"code:{address}")
    since = clock.now() - timedelta(hours=1)
    query = select(OneTimeCode.id).where(
        OneTimeCode.address == address,
        OneTimeCode.purpose == purpose,
        OneTimeCode.issued_at > since,
    )
    if len(db.session.scalars(query.limit(MOST_AN_HOUR)).all()) == MOST_AN_HOUR:
        raise TooManyCodes


def _refuse_floods(owner_id: UUID, purpose: str) -> None:
    since = clock.now() - timedelta(hours=1)
    query = select(OneTimeCode.id).where(
        OneTimeCode.owner_id == owner_id,
        OneTimeCode.purpose == purpose,
        OneTimeCode.issued_at > since,
    )
    if len(db.session.scalars(query.limit(MOST_AN_HOUR)).all()) == MOST_AN_HOUR:
        raise TooManyCodes


def _hash(code_id: UUID, code: str) -> str:
    return keyed_hash(f"{code_id}:{code}")


def letter_of(code_id: UUID) -> OneTimeCode | None:
    """What is still to be sent; None when it has gone out or is too old to be of use."""
    found = db.session.get(OneTimeCode, code_id, populate_existing=True)
    stale = found is None or found.to_send_sealed is None or found.expires_at <= clock.now()
    return None if stale else found


def note_sent(code_id: UUID) -> None:
    """It is with the customer: we need not know it any longer."""
    with db.transaction():
        db.session.execute(
            update(OneTimeCode).where(OneTimeCode.id == code_id).values(to_send_sealed=None)
        )
