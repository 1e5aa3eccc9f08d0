"""A keyed digest of each entry, made where it is written. Pure but for the dice.

The key is ours and not in the database: whoever writes there past the application cannot make one.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.core import secrets

_RANDOM_BYTES = 16
FIELDS = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "object_kind",
    "object_id",
    "changes",
)


def seal(entry: Mapping[str, Any]) -> bytes:
    """What is kept beside the entry. No two are alike, so an entry cannot be copied either."""
    salt = os.urandom(_RANDOM_BYTES)
    return salt + _digest(secrets.trail_keys()[0], salt, entry)


def holds(entry: Mapping[str, Any], kept: bytes) -> bool:
    """Whether the entry is what one of our keys, the present or an older one, sealed."""
    salt, digest = kept[:_RANDOM_BYTES], kept[_RANDOM_BYTES:]
    return any(
        hmac.compare_digest(digest, _digest(key, salt, entry)) for key in secrets.trail_keys()
    )


def signature(content: bytes) -> bytes:
    return hmac.new(secrets.trail_keys()[0], content, hashlib.sha256).digest()


def is_signed(content: bytes, kept: bytes) -> bool:
    return any(
        hmac.compare_digest(kept, hmac.new(key, content, hashlib.sha256).digest())
        for key in secrets.trail_keys()
    )


def _digest(key: bytes, salt: bytes, entry: Mapping[str, Any]) -> bytes:
    return hmac.new(key, salt + canonical(entry), hashlib.sha256).digest()


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The same before it is stored and after it is read: the database keeps neither the order of
    names nor how a number was written."""
    said = [_plain(entry[name]) for name in FIELDS]
    if entry["market_code"] is not None:  # as in the hash, older entries are sealed without
        said.append(_plain(entry["market_code"]))
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return {"number": _number(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "timestamp"):
        return str(round(value.timestamp() * 1_000_000))
    return str(value)


def _number(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
