"""Letters about signing in: written in the transaction of what they tell, sent after it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core import clock, db, events
from app.core.i18n import lazy, speaking
from app.core.ids import new_id
from app.identity.events import LetterWritten
from app.identity.models import Letter

# Words by kind; facts are named as `%(name)s`.
KINDS: dict[str, Any] = {
    "invitation": lazy(
        "%(name)s, you are invited to work with Dialtone at %(operator)s. Choose your password "
        "here within %(minutes)s minutes: %(url)s"
    ),
    "reset": lazy(
        "Somebody, probably you, asked for a new password at %(operator)s. Choose it here within "
        "%(minutes)s minutes: %(url)s If it was not you, do nothing."
    ),
    "password_changed": lazy(
        "Your password at %(operator)s was changed, and you were signed out everywhere else. If "
        "it was not you, tell us at once."
    ),
    "factor_changed": lazy(
        "What proves that it is you at %(operator)s was changed: %(what)s. If it was not you, "
        "tell us at once."
    ),
    "unusual_sign_in": lazy(
        "You signed in at %(operator)s in an unusual way: %(why)s, from %(address)s. If it was "
        "not you, tell us at once."
    ),
    "unusual_sign_in_of": lazy(
        "%(name)s signed in at %(operator)s in an unusual way: %(why)s, from %(address)s. "
        "Please ask whether it was really %(name)s."
    ),
    "paper_seen_by": lazy(
        "%(name)s opened an identity paper of customer %(customer)s at %(operator)s. The reason "
        "is written down. Please ask if you do not know why."
    ),
}


def write(
    kind: str,
    address: str,
    language: str,
    /,
    *,
    expires_at: datetime | None = None,
    sent: bool = True,
    **facts: object,
) -> Letter:
    """Joins the caller's transaction. One that is not `sent` costs the same and reaches nobody."""
    with db.transaction(), speaking(language):
        letter = Letter(
            id=new_id(),
            address=address,
            kind=kind,
            text=str(KINDS[kind]) % facts if sent else None,
            written_at=clock.now(),
            expires_at=expires_at,
        )
        db.session.add(letter)
        events.announce(LetterWritten(letter.id))
    return letter


def unsent(letter_id: UUID) -> Letter | None:
    """None when it has left, or is too old to be of use."""
    letter = db.session.get(Letter, letter_id, populate_existing=True)
    if letter is None or letter.text is None:
        return None
    stale = letter.expires_at is not None and letter.expires_at <= clock.now()
    return None if stale else letter


def note_sent(letter_id: UUID) -> None:
    with db.transaction():
        letter = db.session.get_one(Letter, letter_id)
        letter.text, letter.sent_at = None, clock.now()
