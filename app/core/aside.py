"""Telling a neighbour something without waiting for it. What must not be lost goes another way."""

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_WAITING = 10_000


class Aside(Generic[T]):
    """A thread gives `tell` all that was added meanwhile, oldest first, many in one go.

    While the neighbour is away, what is too much is dropped, the oldest first.
    """

    def __init__(self, tell: Callable[[list[T]], None]) -> None:
        self._tell = tell
        self._waiting: Queue[T] = Queue(MOST_WAITING)
        Thread(target=self._run, daemon=True).start()

    def add(self, thing: T) -> None:
        while True:
            try:
                return self._waiting.put_nowait(thing)
            except Full:
                with suppress(Empty):
                    self._waiting.get_nowait()

    def _run(self) -> None:
        while True:
            things = [self._waiting.get()]
            things += [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
            try:
                self._tell(things)
            except Exception as error:  # noqa: BLE001 - whoever must hear it finds out by asking
                log.warning("telling_failed", error=str(error))
