"""What happened in a conversation, as a line among its messages, in its reader's language."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import lazy

CHANNELS: dict[str, Any] = {
    "webchat": lazy("Chat"),
    "email": lazy("E-mail"),
    "sms": lazy("SMS"),
    "ussd": lazy("USSD"),
    "voice": lazy("Call"),
    "whatsapp": lazy("WhatsApp"),
    "messenger": lazy("Messenger"),
    "instagram": lazy("Instagram"),
    "telegram": lazy("Telegram"),
}
CALL_RESULTS: dict[str, Any] = {
    "solved": lazy("Solved"),
    "call_back": lazy("To be called back"),
    "escalated": lazy("Passed on"),
    "not_reached": lazy("Not reached"),
    "voicemail": lazy("Voicemail"),
    "wrong_number": lazy("Wrong number"),
    "other": lazy("Other"),
}
# What colleagues think of her talk, and of whom they take her for, she is not told.
FOR_STAFF = frozenset({"recognised", "split_off", "wrapped_up"})
_LINES: dict[str, Any] = {
    "handed_over": lazy("A person will take over."),
    "accepted": lazy("%(name)s joined the conversation."),
    "released": lazy("The conversation is waiting for another person."),
    "transferred": lazy("%(name)s passed the conversation on."),
    "given_back": lazy("The assistant answers again."),
    "resolved": lazy("%(name)s marked the conversation as resolved."),
    "reopened": lazy("%(name)s reopened the conversation."),
    "identified": lazy("%(name)s signed in."),
    "proven": lazy("%(name)s proved by a code who she is."),
    "chosen": lazy("She chose: %(what)s"),
    "called_in": lazy("Call from %(number)s."),
    "call_back": lazy("She wants to be called back at %(number)s."),
    "calling": lazy("Calling %(number)s."),
    "wrapped_up": lazy("%(name)s noted what came of the call: %(result)s."),
    "said_by_caller": lazy("Caller: %(words)s"),
    "said_by_agent": lazy("Agent: %(words)s"),
    "put_through": lazy("The call is put through to %(name)s."),
    "link_sent": lazy("The link was sent by SMS to %(number)s."),
    "call_completed": lazy("The call ended after %(seconds)s seconds."),
    "call_abandoned": lazy("The caller hung up after %(seconds)s seconds."),
    "call_busy": lazy("The line was busy."),
    "call_no_answer": lazy("Nobody answered the call."),
    "call_failed": lazy("The call failed."),
    "moved": lazy("The conversation goes on by %(channel)s."),
    "mailed": lazy("The conversation was sent by e-mail."),
    "recognised": lazy("The conversation belongs to %(name)s."),
    "split_off": lazy("The conversation does not belong to this customer."),
    "rated": lazy("The customer rated the conversation: %(score)s of 5."),
}


def text_of(code: str, params: Mapping[str, object]) -> str:
    """Raises KeyError for a code that is not known."""
    return str(_LINES[code]) % {name: _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: object) -> str:
    words = {"channel": CHANNELS, "result": CALL_RESULTS}.get(name, {})
    return str(words.get(str(value), value))
