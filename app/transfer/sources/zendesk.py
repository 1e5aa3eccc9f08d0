"""Zendesk's exports: users and tickets one object a line, articles and macros as its API lists
them. Pure."""

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

_STATUS = {
    "new": "new",
    "open": "new",
    "pending": "new",
    "hold": "new",
    "solved": "resolved",
    "closed": "closed",
    "deleted": "closed",
}
_SAYS = {"comment_value", "comment_value_html"}
_PRIORITY = {"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"}


def rows(content: bytes, what: What) -> Rows:
    name, one = _KINDS[what]
    return values.read(values.objects(content, name), one)


def _customer(value: Object) -> Record | None:
    """Staff are users there too: they are not brought in."""
    if text(value, "role") not in {"", "end-user"}:
        return None
    return Customer(
        text(value, "id", needed=True),
        text(value, "name", needed=True),
        text(value, "email"),
        text(value, "phone"),
        language(value, "locale"),
        "",
        moment(value, "created_at"),
    )


def _ticket(value: Object) -> Record:
    requester = text(value, "requester_id", needed=True)
    return Ticket(
        text(value, "id", needed=True),
        requester,
        text(value, "subject") or text(value, "raw_subject") or text(value, "description"),
        text(value, "description"),
        choice(value, "status", _STATUS, "new"),
        choice(value, "priority", _PRIORITY, "normal"),
        tuple(str(each) for each in values.items(value, "tags")),
        moment(value, "created_at"),
        tuple(_said(each, requester) for each in values.items(value, "comments")),
    )


def _conversation(value: Object) -> Record | None:
    """The comments of a ticket; one without any is no talk."""
    ticket = _ticket(value)
    if not isinstance(ticket, Ticket) or not ticket.said:
        return None
    return Conversation(ticket.external_id, ticket.customer, ticket.created_at, ticket.said)


def _said(comment: Any, requester: str) -> Said:
    if not isinstance(comment, dict):
        raise Broken(_("A comment is no object."))
    at = moment(comment, "created_at")
    if at is None:
        raise Broken(_("%(name)s is missing.", name="comments.created_at"))
    words = text(comment, "plain_body") or values.plain(
        text(comment, "html_body") or text(comment, "body")
    )
    hers = text(comment, "author_id") == requester
    return Said("customer" if hers else "agent", "", words, at, note=comment.get("public") is False)


def _article(value: Object) -> Record:
    return Article(
        text(value, "id", needed=True),
        text(value, "title", needed=True),
        values.plain(text(value, "body", needed=True, longest=200_000)),
        language(value, "locale"),
        "",
        public=value.get("draft") is not True and value.get("user_segment_id") is None,
    )


def _reply(value: Object) -> Record | None:
    """Of a macro its comment; one that says nothing is no reply."""
    for action in values.items(value, "actions"):
        if isinstance(action, dict) and str(action.get("field")) in _SAYS:
            said = action.get("value")
            words = said[-1] if isinstance(said, list) and said else said
            title = text(value, "title", needed=True)
            return Reply(
                text(value, "id", needed=True), title, title, values.plain(str(words or "")), ""
            )
    return None


_KINDS: Mapping[What, tuple[str, Callable[[Object], Record | None]]] = {
    What.CUSTOMERS: ("users", _customer),
    What.TICKETS: ("tickets", _ticket),
    What.CONVERSATIONS: ("tickets", _conversation),
    What.ARTICLES: ("articles", _article),
    What.REPLIES: ("macros", _reply),
}
