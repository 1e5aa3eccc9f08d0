"""Why a message did not arrive, in people's words: our own reasons, and the codes of providers.

The commonest codes are known by name; of any other its class is told. What the provider said stands
beside it as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.core.i18n import lazy

OPTED_OUT = "opted_out"
WINDOW_CLOSED = "window_closed"
INBOX_OFF = "inbox_off"
TOO_OFTEN = "gave_up"
WAITS = "waits"
ANSWERED_ALREADY = "answered_already"
FILE_GONE = "file_gone"

_WINDOW = lazy("Too long ago that the customer wrote: only a template may be sent.")
_NO_ADDRESS = lazy("Nobody has this address or number.")
_NOT_REACHED = lazy("It was not reached: switched off, or without a signal.")
_LANDLINE = lazy("This number takes no such messages.")
_NOT_WANTED = lazy("The customer has stopped messages from us at the provider.")
_BLOCKED = lazy("The recipient, or the network, does not let messages from us through.")
_SPAM = lazy("It was taken for spam.")
_TOO_LARGE = lazy("It is too long or too large for this channel.")
_FULL = lazy("The mailbox is full.")
_FILE = lazy("The file could not be sent.")
_TEMPLATE = lazy("The template is not approved, paused, or filled in wrongly.")
_ACCESS = lazy("The provider does not let us in: the access that is set up is not right.")
_ACCOUNT = lazy("The provider has suspended or limited our account.")
_REGION = lazy("Our account may not send to that country.")
_BUSY = lazy("Too much was sent at once.")
_CONTENT = lazy("The provider refuses what is in it.")
_SETTING = lazy("A setting of the inbox is not right.")
_UNKNOWN = lazy("The provider did not deliver it and does not say why.")

_OURS: Mapping[str, Any] = {
    OPTED_OUT: lazy("The customer does not want messages here."),
    WINDOW_CLOSED: _WINDOW,
    INBOX_OFF: lazy("The inbox is switched off."),
    TOO_OFTEN: lazy("The provider did not take it in a day."),
    WAITS: lazy("It waits for its turn."),
    ANSWERED_ALREADY: lazy("A machine answers one address by mail once an hour at most."),
    FILE_GONE: _FILE,
    "bad_address": _NO_ADDRESS,
    "bad_setting": _SETTING,
    "foreign_host": _FILE,
    "imap": _SETTING,
    "imap_login": _ACCESS,
    "no_address": _FILE,
    "no_content": _FILE,
    "no_handle": _FILE,
    "not_supported": _CONTENT,
    "partly_sent": lazy("Only a part of it arrived."),
    "redirects": _FILE,
    "token": _ACCESS,
    "too_large": _TOO_LARGE,
}

# https://www.twilio.com/docs/api/errors
_TWILIO: Mapping[str, Any] = {
    "20003": _ACCESS,
    "21211": _NO_ADDRESS,
    "21214": _NO_ADDRESS,
    "21217": _NO_ADDRESS,
    "21408": _REGION,
    "21606": _SETTING,
    "21608": _ACCOUNT,
    "21610": _NOT_WANTED,
    "21611": _BUSY,
    "21612": _BLOCKED,
    "21614": _LANDLINE,
    "21617": _TOO_LARGE,
    "30001": _BUSY,
    "30002": _ACCOUNT,
    "30003": _NOT_REACHED,
    "30004": _BLOCKED,
    "30005": _NO_ADDRESS,
    "30006": _LANDLINE,
    "30007": _SPAM,
    "30008": _UNKNOWN,
    "30019": _TOO_LARGE,
    "30034": _ACCOUNT,
    "63016": _WINDOW,
}
# https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes, and of Messenger.
_META: Mapping[str, Any] = {
    "10": _WINDOW,
    "100": _CONTENT,
    "190": _ACCESS,
    "368": _ACCOUNT,
    "551": _BLOCKED,
    "130472": _BLOCKED,
    "131009": _CONTENT,
    "131026": _LANDLINE,
    "131031": _ACCOUNT,
    "131042": _ACCOUNT,
    "131047": _WINDOW,
    "131048": _SPAM,
    "131049": _BLOCKED,
    "131050": _NOT_WANTED,
    "131051": _CONTENT,
    "131052": _FILE,
    "131053": _FILE,
    "132000": _TEMPLATE,
    "132001": _TEMPLATE,
    "132005": _TEMPLATE,
    "132007": _TEMPLATE,
    "132012": _TEMPLATE,
    "132015": _TEMPLATE,
    "132016": _TEMPLATE,
    "133010": _SETTING,
}
_TELEGRAM: Mapping[str, Any] = {"400": _CONTENT, "403": _NOT_WANTED, "413": _TOO_LARGE}
_MAIL: Mapping[str, Any] = {
    "401": _ACCESS,
    "403": _ACCESS,
    "413": _TOO_LARGE,
    "535": _ACCESS,
    "550": _NO_ADDRESS,
    "551": _NO_ADDRESS,
    "552": _FULL,
    "553": _NO_ADDRESS,
    "554": _BLOCKED,
    "blocked": _BLOCKED,
    "bounce": _NO_ADDRESS,
}
_BY_PROVIDER: Mapping[str, Mapping[str, Any]] = {
    "twilio": _TWILIO,
    "meta": _META,
    "telegram": _TELEGRAM,
    "sendgrid": _MAIL,
    "smtp": _MAIL,
}
# RFC 3463: the second figure says what it is about, sometimes the third.
_STATUS = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_OF_MAIL: Mapping[str, Any] = {
    "1": _NO_ADDRESS,
    "2": _NO_ADDRESS,
    "2.2": _FULL,
    "2.3": _TOO_LARGE,
    "3.4": _TOO_LARGE,
    "4": _NOT_REACHED,
    "6": _CONTENT,
    "7": _BLOCKED,
}


def in_words(code: str, provider: str) -> str:
    """What a code of a provider means, or one of ours; nothing where there is none."""
    if not code:
        return ""
    known = _BY_PROVIDER.get(provider, {})
    # Meta's have a second number behind a stroke, which says more of the same.
    found = _OURS.get(code) or known.get(code) or known.get(code.partition("/")[0])
    return str(found or _by_status(code) or _by_class(code))


def _by_status(code: str) -> Any:
    status = _STATUS.fullmatch(code)
    if status is None:
        return None
    subject, detail = status.groups()
    return _OF_MAIL.get(f"{subject}.{detail}") or _OF_MAIL.get(subject)


def _by_class(code: str) -> Any:
    """Of a code that is the status of an answer."""
    if code in {"401", "403"}:
        return _ACCESS
    if code == "413":
        return _TOO_LARGE
    return _CONTENT if len(code) == len("400") and code.startswith("4") else _UNKNOWN
