"""What is remembered of a dialogue between two turns: in Redis, for as long as it may last.

What people type may be a PIN, so trails are kept as keyed hashes only.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis import Redis, RedisError
from redis.exceptions import LockError

from app.core import clock
from app.core.secrets import keyed_hash
from app.selfservice.errors import NotNow
from channels.port import Answer

log = structlog.get_logger(__name__)

SECONDS = {"ussd": 180, "voice": 15 * 60}
# After that the PIN is asked for again: a telephone that was put down proves nothing.
PROVEN_FOR = timedelta(minutes=10)
_MOST_ANSWERS = 60
_HELD, _PATIENCE = 15, 4
_plugged: list[Redis] = []


@dataclass(slots=True)
class Memory:
    """Where a dialogue stands. `sender` is the hash of whose it is; `path` are the pages behind
    this one, `part` the screen of its `parts`; `answers` are those given, by trail; `former` is the
    last trail as its length and hash; `proven_at` is when her PIN was right, in seconds since
    1970."""

    sender: str = ""
    page: str = ""
    path: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    part: int = 0
    parts: int = 1
    turn: int = 0
    misses: int = 0
    proven_at: float = 0.0
    former: tuple[int, str] | None = None
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether her PIN was right, and lately."""
        return clock.now() < self.proven_until

    @property
    def proven_until(self) -> datetime:
        return datetime.fromtimestamp(self.proven_at, UTC) + PROVEN_FOR

    def prove(self) -> None:
        self.proven_at = clock.now().timestamp()

    def belongs_to(self, sender: str) -> bool:
        """Whether this is the number that began it, which it becomes when nobody has."""
        self.sender = self.sender or keyed_hash(sender)
        return self.sender == keyed_hash(sender)

    def answer_to(self, trail: str) -> Answer | None:
        found = self.answers.get(keyed_hash(trail))
        return Answer(body=found[0].encode(), content_type=found[1]) if found else None

    def keep(self, trail: str, answer: Answer) -> None:
        if len(self.answers) >= _MOST_ANSWERS:
            self.answers.pop(next(iter(self.answers)))
        self.answers[keyed_hash(trail)] = (answer.body.decode(), answer.content_type)
        self.former = (len(trail), keyed_hash(trail))

    def former_of(self, trail: str) -> str | None:
        """The beginning of this trail that was the last one; None when it was not."""
        if self.former is None:
            return None
        length, hashed = self.former
        return trail[:length] if keyed_hash(trail[:length]) == hashed else None


def keep_in(redis: Redis) -> None:
    """Called once at start, by the wiring."""
    _plugged[:] = [redis]


@contextmanager
def held(channel: str, key: str) -> Iterator[Memory]:
    """What is known of this dialogue, ours alone; kept again at the end unless it failed.

    Raises NotNow when Redis is away or another copy of the call takes too long.
    """
    if not _plugged:
        raise NotNow
    redis, name = _plugged[0], f"dialogue:{keyed_hash(key)}"
    lock = redis.lock(f"{name}:turn", timeout=_HELD, blocking_timeout=_PATIENCE, sleep=0.02)
    try:
        if not lock.acquire():
            raise NotNow
        kept = redis.get(name)
    except RedisError as error:
        log.warning("dialogues_unavailable", error=type(error).__name__)
        raise NotNow from error
    memory = Memory(**json.loads(str(kept, "utf-8"))) if isinstance(kept, bytes) else Memory()
    memory.former = (memory.former[0], memory.former[1]) if memory.former else None
    try:
        yield memory
        redis.set(name, json.dumps(asdict(memory)), ex=SECONDS[channel])
    except RedisError as error:
        log.warning("dialogues_unavailable", error=type(error).__name__)
        raise NotNow from error
    finally:
        _let_go(lock)


def forget(key: str) -> None:
    """It is over."""
    try:
        if _plugged:
            _plugged[0].delete(f"dialogue:{keyed_hash(key)}")
    except RedisError as error:
        log.warning("dialogues_unavailable", error=type(error).__name__)


def _let_go(lock: Any) -> None:
    try:
        lock.release()
    except (RedisError, LockError) as error:
        log.warning("dialogue_not_let_go", error=type(error).__name__)
