"""What people and the operator said to each other, whatever carried it, and how far each came."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.demo.world.store import Store

TABLE = "said"
STATES = ("queued", "sent", "delivered", "read", "failed")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Bubble:
    """`key` is the operator's inbox, `person` who she is there. `from_us` is the operator's."""

    id: str
    channel: str
    key: str
    person: str
    from_us: bool
    text: str
    subject: str = ""
    buttons: tuple[dict[str, str], ...] = ()
    files: tuple[dict[str, str], ...] = ()
    state: str = "sent"
    code: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


class Talks:
    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, bubble: Bubble) -> Bubble:
        self._store.put(TABLE, bubble.id, asdict(bubble))
        return bubble

    def find(self, bubble_id: str) -> Bubble | None:
        row = self._store.get(TABLE, bubble_id)
        return None if row is None else _bubble(row)

    def between(self, person: str, channels: Iterable[str]) -> list[Bubble]:
        """Oldest first."""
        wanted = set(channels)
        rows = self._store.rows(TABLE)
        kept = [row for row in rows if row["person"] == person and row["channel"] in wanted]
        return [_bubble(row) for row in kept[-_MOST:]]

    def people(self, channels: Iterable[str]) -> list[str]:
        """Who talked there, the latest first."""
        wanted = set(channels)
        rows = [row for row in self._store.rows(TABLE) if row["channel"] in wanted]
        return list(dict.fromkeys(row["person"] for row in reversed(rows)))

    def comes_to(self, bubble_id: str, state: str) -> bool:
        """Whether it came further by this: states never go backwards."""
        with self._store.changing():
            row = self._store.get(TABLE, bubble_id)
            if row is None or STATES.index(state) <= STATES.index(row["state"]):
                return False
            self._store.put(TABLE, bubble_id, {**row, "state": state})
            return True

    def unread(self, person: str, channel: str) -> list[Bubble]:
        return [
            bubble
            for bubble in self.between(person, [channel])
            if bubble.from_us and bubble.state in {"sent", "delivered"}
        ]


def new_id(prefix: str = "") -> str:
    return prefix + secrets.token_hex(16)


def _bubble(row: dict[str, Any]) -> Bubble:
    return Bubble(**{**row, "buttons": tuple(row["buttons"]), "files": tuple(row["files"])})
