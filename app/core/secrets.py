"""Secrets: tokens, their hashes, encrypted columns, and masks for people's eyes."""

import hashlib
import hmac
import os
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

_NONCE_BYTES = 12
_keys: dict[str, bytes] = {}
_ciphers: dict[str, AESGCM] = {}


def set_key(secret: str) -> None:
    """Derive the data key from the configured secret. Call once at start."""
    _keys["data"] = hashlib.sha256(b"dialtone-data-key" + secret.encode()).digest()
    _ciphers["data"] = AESGCM(_keys["data"])


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


def sealed(content: bytes, place: str) -> bytes:
    """AES-256-GCM. `place` names row and column: copied anywhere else it does not open."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _ciphers["data"].encrypt(nonce, content, place.encode())


def unsealed(stored: bytes, place: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag when it was changed or belongs elsewhere."""
    nonce, content = stored[:_NONCE_BYTES], stored[_NONCE_BYTES:]
    return _ciphers["data"].decrypt(nonce, content, place.encode())


def masked_address(value: str) -> str:
    """Enough of a phone number or mail address to know one's own: `v••••@example.com`."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}••••@{domain}" if at else masked(value)


class Encrypted(TypeDecorator[str]):
    """Text that is AES-256-GCM in the table. The column's name is authenticated with it, so
    that a value copied into another column does not decrypt."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        if value is None:
            return None
        return sealed(value.encode(), self.name)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        if value is None:
            return None
        return unsealed(value, self.name).decode()
