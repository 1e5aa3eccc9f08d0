"""Celery: it wakes work up and runs it; what must not be lost is a row, not a message."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import structlog
from celery import Celery, Task
from flask import Flask

from app.broker import BROKER
from app.core import db, events, outbox
from app.core.aside import Aside

log = structlog.get_logger(__name__)

SECONDS_AWAY = 5.0
# A nudge that waited so long is not worth much: beat has come by. Between two there is a pause.
NUDGE_SECONDS = 10
NUDGE_PAUSE = 0.05

celery = Celery("dialtone")
_away = {"until": 0.0}
_substitutes = ThreadPoolExecutor(4, thread_name_prefix="outbox")


def configure(app: Flask, redis_url: str) -> Celery:
    """Each task runs in an application context and gives its session back."""

    class InContext(Task):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context(), db.session_scope():
                return self.run(*args, **kwargs)

    celery.Task = InContext
    celery.conf.update(
        **BROKER,
        broker_url=redis_url,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
    )
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def wake(entry_ids: list[int]) -> None:
    """Have fresh outbox rows worked off now, without waiting for Redis."""
    for entry_id in entry_ids:
        _sleepers().add(entry_id)


@cache
def _sleepers() -> Aside[int]:
    return Aside(_wake_all)


def _wake_all(entry_ids: list[int]) -> None:
    """By a worker; in this process while Redis is away. What neither does, the sweep finds."""
    for entry_id in entry_ids:
        if not _sent(entry_id):
            _substitutes.submit(_work_off_here, entry_id)


def nudge(task: str) -> None:
    """Have a periodic task run now, without waiting for Redis; many wishes at once are one."""
    _nudgers().add(task)


@cache
def _nudgers() -> Aside[str]:
    return Aside(_nudge_all)


def _nudge_all(tasks: list[str]) -> None:
    for task in sorted(set(tasks)):
        if time.monotonic() >= _away["until"]:
            celery.send_task(task, expires=NUDGE_SECONDS)
    time.sleep(NUDGE_PAUSE)


@celery.task(name="outbox.work_off")
def work_off(entry_id: int) -> bool:
    """Deliver one outbox row; running it twice, or twice at once, has one effect."""
    listener = outbox.listener_of(entry_id)
    if listener is None:
        return False
    run = outbox.run_errand if events.is_errand(listener) else outbox.run_in_transaction
    try:
        return run(entry_id, events.deliver)
    except outbox.NotYet as early:
        if _sent(entry_id, after=early.seconds):
            return False
        time.sleep(early.seconds)
        return run(entry_id, events.deliver)


@celery.task(name="outbox.sweep")
def sweep() -> int:
    """Work off what is due and nobody was woken for."""
    due = outbox.due()
    db.session.rollback()
    return sum(_sent(entry_id) for entry_id in due)


def _sent(entry_id: int, *, after: float = 0) -> bool:
    """Whether a worker has been told, to begin `after` so many seconds. Once Redis is away, it is
    left alone for a while."""
    if time.monotonic() < _away["until"]:
        return False
    try:
        work_off.apply_async((entry_id,), countdown=after)
    except Exception as error:  # noqa: BLE001 - the row is committed, and found by the sweep
        log.warning("wake_failed", error=str(error))
        _away["until"] = time.monotonic() + SECONDS_AWAY
        return False
    return True


def _work_off_here(entry_id: int) -> None:
    try:
        work_off(entry_id)
    except Exception as error:  # noqa: BLE001 - the row is committed, and found by the sweep
        log.warning("work_off_failed", error=str(error))
