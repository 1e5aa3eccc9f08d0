"""Calling a gateway, and remembering how it answered. Never inside a transaction."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.payments.models import GatewayHealth
from app.payments.port import Gateway, GatewayDown, GatewayRefused
from app.payments.switch import gateway

T = TypeVar("T")
log = structlog.get_logger(__name__)

_LONGEST = 300


def ask(provider: str, call: Callable[[Gateway], T]) -> T:
    """Raises what the gateway raises. A refusal is an answer: only silence is ill health."""
    try:
        answer = call(gateway(provider))
    except GatewayDown as error:
        log.warning("gateway_down", provider=provider, error=str(error))
        _is_silent(provider, str(error))
        raise
    except GatewayRefused as error:
        log.warning("gateway_refused", provider=provider, error=str(error))
        _answers(provider)
        raise
    _answers(provider)
    return answer


def _is_silent(provider: str, error: str) -> None:
    now = clock.now()
    told = {"last_error": error[:_LONGEST], "last_error_at": now}
    statement = insert(GatewayHealth).values(provider=provider, answers=False, since=now, **told)
    with db.transaction():
        db.session.execute(statement.on_conflict_do_nothing())
        db.session.execute(
            update(GatewayHealth).where(GatewayHealth.provider == provider).values(told)
        )
        _turn(provider, answers=False)


def _answers(provider: str) -> None:
    """Writes nothing while all is well, so that calls do not queue up at one row."""
    with db.transaction():
        _turn(provider, answers=True)


def _turn(provider: str, *, answers: bool) -> None:
    turned = update(GatewayHealth).where(
        GatewayHealth.provider == provider, GatewayHealth.answers.is_(not answers)
    )
    db.session.execute(turned.values(answers=answers, since=clock.now()))
