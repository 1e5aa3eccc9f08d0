"""Secrets: tokens, their hashes, what is sealed, and masks for people's eyes."""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Unavailable

_NONCE_BYTES = 12
_keys: dict[str, bytes] = {}
_trail_keys: list[bytes] = []
# What a cell sealed by a data key begins with, before the key's number in two bytes.
_MARK = b"\xd1"
# For so long a process may go on sealing with a key that is no longer the newest.
_RING_SECONDS = 60
_ring: dict[str, Any] = {"read": None, "ciphers": None, "read_at": 0.0}
_ciphers: dict[str, AESGCM] = {}


def set_key(secret: str) -> None:
    """Derive the data key, and the trail's until others are named. Call once at start."""
    _keys["data"] = hashlib.sha256(b"dialtone-data-key" + secret.encode()).digest()
    _ciphers["data"] = AESGCM(_keys["data"])
    set_trail_keys([secret])


def set_trail_keys(chosen: Sequence[str]) -> None:
    """The keys that vouch for the audit trail: the first seals, the others still open."""
    _trail_keys[:] = [hashlib.sha256(b"dialtone-trail" + each.encode()).digest() for each in chosen]


def trail_keys() -> Sequence[bytes]:
    return _trail_keys


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def signature(secret: str, message: bytes) -> str:
    """Hex HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def keyed_hash(text: str) -> str:
    """For short secrets such as codes of six digits: worth nothing without our key."""
    return hmac.new(_keys["data"], text.encode(), hashlib.sha256).hexdigest()


def masked(value: str, *, shown: int = 4) -> str:
    """Only the last characters: `••••4242`."""
    return "••••" + value[-shown:] if len(value) > shown else "••••"


def use_ring(read: Callable[[], dict[int, bytes]]) -> None:
    """Where the data keys come from; read when first needed, and when a number is not known."""
    _ring.update(read=read, ciphers=None)


def read_ring() -> None:
    """Read the keys anew: another process may have made one."""
    found = _ring["read"]() if _ring["read"] else {}
    _ring["ciphers"] = {number: AESGCM(key) for number, key in found.items()}
    _ring["read_at"] = time.monotonic()


def _try_to_read_ring() -> None:
    """With the database away, those known already go on. Raises Unavailable without any."""
    try:
        read_ring()
    except SQLAlchemyError as error:
        if _ring["ciphers"] is None:
            raise Unavailable from error
        _ring["read_at"] = time.monotonic()


def head() -> bytes:
    """With what everything begins that is sealed now; empty before the first data key."""
    numbers = _ciphers_of_ring()
    return _MARK + max(numbers).to_bytes(2) if numbers else b""


def sealed(content: bytes, place: str) -> bytes:
    """AES-256-GCM. `place` names row and column: copied anywhere else it does not open."""
    nonce, begins = os.urandom(_NONCE_BYTES), head()
    cipher = _ciphers_of_ring()[int.from_bytes(begins[1:])] if begins else _ciphers["data"]
    return begins + nonce + cipher.encrypt(nonce, content, place.encode())


def unsealed(stored: bytes, place: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag when it was changed or belongs elsewhere."""
    if stored[:1] == _MARK:
        cipher = _cipher_of(int.from_bytes(stored[1:3]))
        if cipher is not None:
            with suppress(InvalidTag):  # one in 256 of those from before begins so by chance
                return _opened(cipher, stored[3:], place)
    return _opened(_ciphers["data"], stored, place)


def _opened(cipher: AESGCM, stored: bytes, place: str) -> bytes:
    return cipher.decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], place.encode())


def _cipher_of(number: int) -> AESGCM | None:
    if number not in _ciphers_of_ring() and _ring["read"]:
        read_ring()
    return _ciphers_of_ring().get(number)


def _ciphers_of_ring() -> dict[int, AESGCM]:
    is_old = time.monotonic() - _ring["read_at"] > _RING_SECONDS
    if _ring["read"] and (_ring["ciphers"] is None or is_old):
        _try_to_read_ring()
    found: dict[int, AESGCM] = _ring["ciphers"] or {}
    return found


def masked_address(value: str) -> str:
    """Enough of a phone number or mail address to know one's own: `v••••@example.com`."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}••••@{domain}" if at else masked(value)
