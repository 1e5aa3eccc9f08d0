"""The operator's own customers and inbox keys, read again whenever their file changes."""

import json
import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

log = logging.getLogger(__name__)

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Inbox:
    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shopper:
    reference: str
    name: str
    email: str
    password_hash: str = field(repr=False)
    market: str
    language: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class _Book:
    inboxes: dict[str, Inbox]
    dialogues: dict[tuple[str, str], Inbox]
    by_email: dict[str, Shopper]
    by_reference: dict[str, Shopper]
    channels: dict[tuple[str, str], str] = field(default_factory=dict)


_EMPTY = _Book({}, {}, {}, {})


class Accounts:
    """Empty while the file is missing; a file that cannot be read leaves the last good one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._book = _EMPTY

    def inbox(self, market: str) -> Inbox | None:
        return self._current().inboxes.get(market)

    def dialogue(self, market: str, channel: str) -> Inbox | None:
        """Where the market is dialled: channel is ussd or voice."""
        return self._current().dialogues.get((market, channel))

    def is_open(self) -> bool:
        return bool(self._current().by_email)

    def channel_key(self, channel: str, address: str) -> str | None:
        """Of the operator's inbox with that address: what its webhook ends with."""
        return self._current().channels.get((channel, address))

    def everybody(self) -> list[Shopper]:
        return list(self._current().by_email.values())

    def find(self, reference: str) -> Shopper | None:
        return self._current().by_reference.get(reference)

    def sign_in(self, email: str, password: str) -> Shopper | None:
        """Takes as long for an unknown e-mail as for a wrong password."""
        by_email = self._current().by_email
        shopper = by_email.get(email.strip().casefold())
        decoy = next(iter(by_email.values()), None)
        if decoy is None:
            return None
        try:
            _hasher.verify((shopper or decoy).password_hash, password)
        except (Argon2Error, InvalidHashError):
            return None
        return shopper

    def _current(self) -> _Book:
        with self._lock:
            try:
                state = self._file.stat()
            except OSError:
                self._seen, self._book = None, _EMPTY
                return self._book
            seen = (state.st_mtime_ns, state.st_size)
            if seen != self._seen:
                self._seen = seen
                self._read_again()
            return self._book

    def _read_again(self) -> None:
        try:
            self._book = _book(json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.exception("cannot read the accounts in %s", self._file)


def _book(content: dict[str, Any]) -> _Book:
    inboxes = {
        market: Inbox(key=str(row["key"]), secret=str(row["secret"]))
        for market, row in content["inboxes"].items()
    }
    shoppers = [
        Shopper(**{name: str(row[name]) for name in Shopper.__slots__ if name in row})
        for row in content["customers"]
    ]
    dialogues = {
        (market, channel): Inbox(key=str(row["key"]), secret=str(row["secret"]))
        for market, channels in content.get("dialogues", {}).items()
        for channel, row in channels.items()
    }
    return _Book(
        inboxes=inboxes,
        dialogues=dialogues,
        by_email={shopper.email.casefold(): shopper for shopper in shoppers},
        by_reference={shopper.reference: shopper for shopper in shoppers},
        channels={
            (str(row["channel"]), str(row["address"])): str(row["key"])
            for row in content.get("channels", [])
        },
    )
