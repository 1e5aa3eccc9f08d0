"""Chatwoot's lists, as its API gives them: contacts, conversations with messages, canned
responses, articles. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.i18n import gettext as _
from app.transfer.models import What
from app.transfer.records import (
    Article,
    Broken,
    Conversation,
    Customer,
    Object,
    Record,
    Reply,
    Rows,
    Said,
    Ticket,
)
from app.transfer.sources import values
from app.transfer.sources.values import choice, language, moment, text

_STATUS = {"open": "new", "pending": "new", "snoozed": "new", "resolved": "resolved"}
_PRIORITY = {"low": "low", "medium": "normal", "high": "high", "urgent": "urgent", "none": "normal"}
# As numbers in lists, as words in webhooks.
_INCOMING, _OUTGOING = {"0", "incoming"}, {"1", "outgoing", "3", "template"}


def rows(content: bytes, what: What) -> Rows:
    name, one = _KINDS[what]
    return values.read(values.objects(content, name), one)


def _customer(value: Object) -> Record:
    more = _object(value, "additional_attributes")
    return Customer(
        text(value, "id", needed=True),
        text(value, "name", needed=True),
        text(value, "email"),
        text(value, "phone_number"),
        language(more, "language") or language(value, "locale"),
        text(more, "city"),
        moment(value, "created_at"),
    )


def _ticket(value: Object) -> Record:
    talk = _talk(value)
    first = next((each.text for each in talk.said if each.author == "customer"), "")
    number = text(value, "id", needed=True)
    subject = text(_object(value, "additional_attributes"), "mail_subject") or first
    return Ticket(
        number,
        talk.customer,
        (subject or _("Conversation %(number)s", number=number)).splitlines()[0][:200],
        first,
        choice(value, "status", _STATUS, "new"),
        choice(value, "priority", _PRIORITY, "normal"),
        tuple(str(each) for each in values.items(value, "labels")),
        talk.created_at,
        talk.said,
    )


def _talk(value: Object) -> Conversation:
    said = [_said(each) for each in values.items(value, "messages")]
    return Conversation(
        text(value, "id", needed=True),
        text(_object(_object(value, "meta"), "sender"), "id", needed=True),
        moment(value, "created_at"),
        tuple(each for each in said if each is not None),
    )


def _conversation(value: Object) -> Record | None:
    talk = _talk(value)
    return talk if talk.said else None


def _said(message: Any) -> Said | None:
    """Nothing of what only tells what happened."""
    if not isinstance(message, dict):
        raise Broken(_("A message is no object."))
    kind = text(message, "message_type")
    words = values.plain(text(message, "content"))
    if kind not in _INCOMING | _OUTGOING or not words:
        return None
    at = moment(message, "created_at")
    if at is None:
        raise Broken(_("%(name)s is missing.", name="messages.created_at"))
    author = "customer" if kind in _INCOMING else "agent"
    name = text(_object(message, "sender"), "name")
    return Said(author, name, words, at, note=message.get("private") is True)


def _article(value: Object) -> Record:
    return Article(
        text(value, "id", needed=True),
        text(value, "title", needed=True),
        text(value, "content", needed=True, longest=200_000),
        language(value, "locale"),
        text(_object(value, "category"), "slug"),
        public=text(value, "status") in {"published", "1"},
    )


def _reply(value: Object) -> Record:
    code = text(value, "short_code", needed=True)
    return Reply(
        text(value, "id", needed=True), code, code, text(value, "content", needed=True), ""
    )


def _object(value: Object, name: str) -> Object:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


_KINDS: Mapping[What, tuple[str, Callable[[Object], Record | None]]] = {
    What.CUSTOMERS: ("contacts", _customer),
    What.TICKETS: ("conversations", _ticket),
    What.CONVERSATIONS: ("conversations", _conversation),
    What.ARTICLES: ("articles", _article),
    What.REPLIES: ("canned_responses", _reply),
}
