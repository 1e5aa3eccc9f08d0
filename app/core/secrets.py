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


def set_key(secret: str) -> None:
    """Derive the data key from the configured secret. Call once at start."""
    _keys["data"] = hashlib.sha256(b"dialtone-data-key" + secret.encode()).digest()


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(text: str) -> str:
    """What is stored of something short that could be guessed: useless without our key."""
    return hmac.new(_keys["data"], text.encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def signature(secret: str, message: bytes) -> str:
    """Hex HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def masked(value: str, *, shown: int = 4) -> str:
    """Only the last characters: `••••4242`."""
    return "••••" + value[-shown:] if len(value) > shown else "••••"


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
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(_keys["data"]).encrypt(nonce, value.encode(), self.name.encode())
        return nonce + sealed

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        if value is None:
            return None
        nonce, sealed = value[:_NONCE_BYTES], value[_NONCE_BYTES:]
        return AESGCM(_keys["data"]).decrypt(nonce, sealed, self.name.encode()).decode()
