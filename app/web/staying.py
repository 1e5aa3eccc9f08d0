"""How long a session goes on: asked by the page itself, which does not keep it alive."""

from typing import Any

from app.core import clock
from app.identity import sessions
from app.web import login

# So long before its end the page asks whether somebody is still there.
SECONDS_OF_WARNING = 120


def remaining() -> dict[str, Any]:
    """Whole seconds until it ends by itself, and whether going on here helps."""
    session = login.current_session()
    seconds = (sessions.ends_at(session) - clock.now()).total_seconds()
    last = session.created_at + sessions.LONGEST - clock.now()
    return {
        "seconds": max(0, int(seconds)),
        "may_stay": last.total_seconds() > SECONDS_OF_WARNING,
        "warning": SECONDS_OF_WARNING,
    }
