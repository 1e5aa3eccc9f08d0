"""Prometheus: how long requests take, and how much work waits."""

import time
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from app.core import db
from app.core.errors import Forbidden
from app.core.outbox import OutboxEntry
from app.core.secrets import same
from app.web.login import open_to_all
from config import Config

SECONDS = Histogram(
    "dialtone_request_seconds",
    "Time to answer a request",
    ["method", "endpoint", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OUTBOX = Gauge("dialtone_outbox_entries", "Events not yet heard by everybody")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def install(app: Flask, config: Config) -> None:
    app.before_request(_start)
    app.after_request(_observe)

    @app.get("/metrics")
    @open_to_all
    def metrics() -> Response:
        _check(config.metrics_token)
        OUTBOX.set(db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0)
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _check(expected: str) -> None:
    """With METRICS_TOKEN set only its bearer reads; without, only this machine."""
    if expected:
        if not same(request.headers.get("Authorization", ""), f"Bearer {expected}"):
            raise Forbidden
    elif request.remote_addr not in {"127.0.0.1", "::1"}:
        raise Forbidden


def _start() -> None:
    g.started = time.perf_counter()


def _observe(response: Response) -> Any:
    started = getattr(g, "started", None)
    if started is not None:
        # Anybody may call a method anything, and each name of one would be kept for good.
        method = request.method if request.method in _METHODS else "other"
        labels = (method, request.endpoint or "none", str(response.status_code))
        SECONDS.labels(*labels).observe(time.perf_counter() - started)
    return response
