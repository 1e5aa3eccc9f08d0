"""`/healthz`: the process lives. `/readyz`: its neighbours do, each by name."""

from collections.abc import Callable

from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.conversations import switchboard
from app.core import db
from app.search import switch as search_switch
from app.web.login import open_to_all
from app.web.redis import impatient


def install(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", open_to_all(healthz))
    app.add_url_rule("/readyz", "readyz", open_to_all(readyz))


def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


def readyz() -> ResponseReturnValue:
    """503 when what we cannot work without is away; that the bot or the search engine, where there
    is one, is away is told, not fatal."""
    needed = {"postgres": _answers(_postgres), "redis": _answers(_redis)}
    useful = {"bot": _answers(_bot)}
    if plugged := search_switch.plugged():
        useful["search"] = _answers(plugged.engine.is_up)
    ready = all(needed.values())
    checks = {name: "ok" if well else "down" for name, well in {**needed, **useful}.items()}
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


def _answers(check: Callable[[], object]) -> bool:
    try:
        return check() is not False
    except Exception:  # noqa: BLE001 - whatever it says, it is not well
        return False


def _postgres() -> None:
    db.session.execute(text("SELECT 1"))


def _redis() -> None:
    with impatient(current_app.config["DIALTONE"].redis_url) as client:
        client.ping()


def _bot() -> bool:
    """One of its processes is enough."""
    return switchboard.bot().is_up()
