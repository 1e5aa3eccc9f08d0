"""How a socket's event is answered: with a session, in a language, and never by an exception."""

from collections.abc import Callable
from typing import Any

import structlog

from app.core import db, i18n
from app.core.errors import Refusal

log = structlog.get_logger(__name__)

Answer = dict[str, Any] | None


def answered(handle: Callable[[], Answer], *, language: str) -> Answer:
    """Run a handler outside any request. A refusal is an answer.

    Every event may be repeated (what is said carries a key), so a connection to the database
    that has died is simply replaced.
    """
    with db.session_scope(), i18n.speaking(language):
        try:
            return db.alive(handle)
        except Refusal as refusal:
            return {"error": {"code": refusal.code, "message": str(refusal.message)}}
        except Exception:
            log.exception("socket_event_failed")
            db.session.rollback()
            return {"error": {"code": "internal", "message": ""}}
