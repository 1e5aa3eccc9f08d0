"""Lets go of what nobody came back to: questions to browsers, old links, letters, failed tries."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.core import clock, db
from app.identity.models import EntryLink, Letter, PasskeyChallenge, SignInFailure, SignOnAttempt

KEPT_FOR = timedelta(days=1)
LINKS_KEPT_FOR = timedelta(days=30)
# So long one that nobody could send is tried.
LETTERS_KEPT_FOR = timedelta(days=7)


def forget_stale() -> int:
    """Returns how many rows went."""
    moment = clock.now()
    with db.transaction():
        gone = [
            delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < moment - KEPT_FOR),
            delete(SignOnAttempt).where(SignOnAttempt.expires_at < moment - KEPT_FOR),
            delete(Letter).where(
                Letter.written_at < moment - KEPT_FOR, Letter.text_sealed.is_(None)
            ),
            delete(Letter).where(Letter.written_at < moment - LETTERS_KEPT_FOR),
            delete(SignInFailure).where(SignInFailure.failed_at < moment - KEPT_FOR),
            delete(EntryLink).where(
                EntryLink.expires_at < moment - LINKS_KEPT_FOR,
                EntryLink.id.not_in(
                    select(SignOnAttempt.link_id).where(SignOnAttempt.link_id.is_not(None))
                ),
            ),
        ]
        return sum(db.session.execute(each).rowcount for each in gone)  # type: ignore[attr-defined]
