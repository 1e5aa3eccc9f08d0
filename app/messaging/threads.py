"""The token that a reply brings back: which conversation it belongs to, signed by us."""

import base64
import binascii
import re
from uuid import UUID

from app.core.secrets import keyed_hash, same

_SIGNED = 20  # hex digits: 80 bits
_TOKEN = re.compile(rf"([a-z2-7]{{26}})([0-9a-f]{{{_SIGNED}}})")


def token_of(conversation_id: UUID) -> str:
    """Lower-case letters and digits only: it stands in a mail address, whose case is not kept."""
    name = base64.b32encode(conversation_id.bytes).decode().rstrip("=").lower()
    return name + _signature(conversation_id)


def conversation_of(token: str) -> UUID | None:
    """None unless it is a token of ours, whole and unchanged."""
    parts = _TOKEN.fullmatch(token.strip().lower())
    if parts is None:
        return None
    try:
        found = UUID(bytes=base64.b32decode(parts[1].upper() + "======"))
    except (binascii.Error, ValueError):
        return None
    return found if same(_signature(found), parts[2]) else None


def _signature(conversation_id: UUID) -> str:
    return keyed_hash(f"thread:{conversation_id}")[:_SIGNED]


def leave_token(inbox_id: UUID, address: str) -> str:
    """Lets whoever holds it end what an inbox sends to one address."""
    content = base64.urlsafe_b64encode(inbox_id.bytes + address.encode()).decode().rstrip("=")
    return f"{content}.{keyed_hash(f'leave:{inbox_id}:{address}')}"


def who_leaves(token: str) -> tuple[UUID, str] | None:
    """None unless it is a token of ours."""
    content, _, signature = token.partition(".")
    try:
        plain = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
        inbox_id, address = UUID(bytes=plain[:16]), plain[16:].decode()
    except (binascii.Error, ValueError):
        return None
    right = keyed_hash(f"leave:{inbox_id}:{address}")
    return (inbox_id, address) if same(signature, right) else None
