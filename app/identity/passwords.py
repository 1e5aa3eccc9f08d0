"""Passwords: argon2id, long rather than odd, and equally slow for accounts that do not exist."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.core.errors import Invalid
from app.core.i18n import lazy
from app.identity.common import is_common

SHORTEST = 12
LONGEST = 1024


class WeakPassword(Invalid):
    code = "weak_password"
    message = lazy("Choose a password of at least 12 characters that is not a common one.")


_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("the password of nobody at all")


def hashed(password: str) -> str:
    """Raises WeakPassword when it is too short, too long or too common."""
    if not SHORTEST <= len(password) <= LONGEST or is_common(password):
        raise WeakPassword
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Takes the same time when there is no stored password."""
    try:
        return _hasher.verify(stored or _NOBODY, password[:LONGEST]) and bool(stored)
    except (VerifyMismatchError, InvalidHashError):
        return False
