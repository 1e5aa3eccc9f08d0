"""Telling other systems: outside of any transaction, six times at most."""

from uuid import UUID

import structlog

from app.automation import signing
from app.automation.models import Call
from app.core import clock, db, outgoing

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 6


class NotTaken(Exception):
    """Whoever was told did not say that it is well: the errand comes again, later each time."""


def call(call_id: UUID) -> None:
    """Raises NotTaken while it is worth another try. The id in the headers is the same each time:
    whoever is told knows a repetition by it."""
    found = db.session.get(Call, call_id)
    if found is None or found.sent_at is not None or found.gave_up_at is not None:
        return
    url, body = found.url, found.body.encode()
    db.session.remove()
    error = _told(url, body, str(call_id))
    with db.transaction():
        row = db.session.get_one(Call, call_id, with_for_update=True)
        row.attempts += 1
        row.last_error = error[:500]
        if not error:
            row.sent_at = clock.now()
        elif row.attempts >= MOST_ATTEMPTS:
            row.gave_up_at = clock.now()
            log.warning("webhook_given_up", call_id=str(call_id), error=error)
        again = row.sent_at is None and row.gave_up_at is None
    if again:
        raise NotTaken(error)


def _told(url: str, body: bytes, key: str) -> str:
    """What went wrong; empty when it is well."""
    secret = signing.secret_of(url)
    signature = signing.signed(secret, body, key=key, moment=clock.now())
    headers = {"Content-Type": "application/json", **signature}
    try:
        status = outgoing.post(url, body, headers)
    except outgoing.NotAllowed:
        return "this address is not outside"
    except OSError as error:
        return str(error) or type(error).__name__
    return "" if 200 <= status < 300 else f"answered {status}"
