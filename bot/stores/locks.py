"""Whose turn it is in a talk, shared in Redis so that several processes answer side by side.

Rasa's own Redis store fails with Redis. Here each process remembers as well, and goes on alone while
Redis is away: the application gives one talk to one process at a time anyway.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.utils.endpoints import EndpointConfig

PREFIX = "bot:turn:"
SECONDS_KEPT = 60  # a process that was killed leaves nothing behind for longer
PATIENCE = 0.3  # seconds; the application waits two for the whole answer
AWAY = object()
PAUSE = 5.0  # seconds in which Redis is not asked after it failed


class SharedLocks(LockStore):
    """`type: stores.locks.SharedLocks` and `url: redis://…` in the endpoints."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        times = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        self._redis = redis.Redis.from_url(endpoint_config.url, **times)
        self._here = InMemoryLockStore()
        self._away_until = 0.0
        super().__init__()

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        kept = self._ask(lambda: self._redis.get(PREFIX + conversation_id))
        if kept is AWAY:
            return self._here.get_lock(conversation_id)
        if kept is None:
            self._here.delete_lock(conversation_id)  # another process ended it
            return None
        return TicketLock.from_dict(json.loads(kept))

    def save_lock(self, lock: TicketLock) -> None:
        self._here.save_lock(lock)
        self._ask(lambda: self._redis.set(PREFIX + lock.conversation_id, lock.dumps(), ex=SECONDS_KEPT))

    def delete_lock(self, conversation_id: str) -> None:
        self._here.delete_lock(conversation_id)
        self._ask(lambda: self._redis.delete(PREFIX + conversation_id))

    def _ask(self, act: Callable[[], Any]) -> Any:
        if time.monotonic() < self._away_until:
            return AWAY
        try:
            return act()
        except redis.RedisError:
            self._away_until = time.monotonic() + PAUSE
            return AWAY
