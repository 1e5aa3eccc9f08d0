"""A row's id that may be shown to a stranger: signed, so that no other one can be guessed."""

from uuid import UUID

from app.core.errors import NotFound
from app.core.secrets import keyed_hash, same

_NAME = 32
_SIGNS = 24


def token_of(place: str, row_id: UUID) -> str:
    """Good for this row in this place and nothing else; the same whenever it is asked for."""
    return f"{row_id.hex}{_signature(place, row_id.hex)}"


def id_in(place: str, token: str) -> UUID:
    """Raises NotFound for what we have not signed."""
    name, signature = token[:_NAME], token[_NAME:]
    if not token.isascii() or not same(_signature(place, name), signature):
        raise NotFound
    return UUID(hex=name)


def _signature(place: str, name: str) -> str:
    return keyed_hash(f"{place}:{name}")[:_SIGNS]
