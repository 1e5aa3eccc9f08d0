"""The token that a reply brings back: which conversation it belongs to, signed by us."""

import base64
import binascii
import re
from uuid import UUID

from app.core.secrets import keyed_hash, same

_SIGNED = 20  # hex digits: 80 bits
_NAMED = 26  # letters and digits: 128 bits
_TOKEN = re.compile(rf"[a-z2-7]{{{_NAMED}}}[0-9a-f]{{{_SIGNED}}}")


def token_of(conversation_id: UUID) -> str:
    """Lower-case letters and digits only: it stands in a mail address, whose case is not kept."""
    name = base64.b32encode(conversation_id.bytes).decode().rstrip("=").lower()
    return name + keyed_hash(f"thread:{conversation_id}")[:_SIGNED]


def conversation_of(token: str) -> UUID | None:
    """None unless it is a token of ours, whole and unchanged."""
    told = token.strip().lower()
    if not _TOKEN.fullmatch(told):
        return None
    found = UUID(bytes=base64.b32decode(told[:_NAMED].upper() + "======"))
    return found if same(token_of(found), told) else None  # the name's last bits are checked too


def leave_token(inbox_id: UUID, address: str) -> str:
    """Lets whoever holds it end what an inbox sends to one address."""
    content = base64.urlsafe_b64encode(inbox_id.bytes + address.encode()).decode().rstrip("=")
    return f"{content}.{keyed_hash(f'leave:{inbox_id}:{address}')}"


def who_leaves(token: str) -> tuple[UUID, str] | None:
    """None unless it is a token of ours."""
    content = token.partition(".")[0]
    try:
        plain = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
        inbox_id, address = UUID(bytes=plain[:16]), plain[16:].decode()
    except (binascii.Error, ValueError):
        return None
    return (inbox_id, address) if same(leave_token(inbox_id, address), token) else None
