"""What SendGrid tells of mails that we sent: a list of events, several to a call."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from channels.payload import Part
from channels.port import Consent, Event, Malformed, PassedBy, Receipt, State, Wish

# We put these on every mail, and every event brings them back.
MESSAGE_ID = "dialtone_message"
RECIPIENT = "dialtone_recipient"

_STATES = {
    "processed": State.SENT,
    "deferred": State.SENT,
    "delivered": State.DELIVERED,
    "open": State.READ,
    "click": State.READ,
    "bounce": State.FAILED,
    "dropped": State.FAILED,
}
_WISHES = {
    "unsubscribe": Wish.STOP,
    "group_unsubscribe": Wish.STOP,
    "spamreport": Wish.STOP,
    "group_resubscribe": Wish.START,
}


def read_events(body: bytes) -> tuple[Event, ...]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if isinstance(told, dict):
        told = [told]
    if not isinstance(told, list):
        raise Malformed("no list of events")
    return tuple(_event(each) if isinstance(each, dict) else PassedBy("unknown") for each in told)


def mark_of(recipient: str) -> str:
    """Tells the events of the recipient from those of whoever got a copy, without naming them."""
    return sha256(recipient.strip().lower().encode()).hexdigest()[:16]


def _event(told: Mapping[str, Any]) -> Event:
    kind, address = _text(told, "event"), _text(told, "email").strip().lower()
    at = _moment(told.get("timestamp"))
    if kind in _WISHES and address:
        return Consent(address, _WISHES[kind], at)
    message_id = _text(told, MESSAGE_ID)
    if kind not in _STATES or not message_id:
        return PassedBy(kind or "unknown")
    if told.get(RECIPIENT) != mark_of(address):
        return PassedBy("copy")
    if told.get("sg_machine_open") is True:
        return PassedBy("machine_open")
    return Receipt(
        _STATES[kind],
        message_id,
        recipient=address,
        at=at,
        code=_text(told, "status") or _text(told, "type"),
        reason=(_text(told, "reason") or _text(told, "response"))[:500],
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    return Part(told).text(name)


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
