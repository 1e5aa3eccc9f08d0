"""How a web chat meets visitors: its forms, invitations, and when answers leave by mail. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.customers import contact

FIELDS = ("name", "email", "topic")
TOPICS = ("billing", "technical", "sales", "account", "other")
# Minutes that an answer waits to be read before it leaves by mail; 0 is never.
USUAL_MAIL_AFTER = 10
LONGEST_MAIL_AFTER = 24 * 60
MOST_INVITATIONS = 10
LONGEST_INVITATION = 200
LONGEST_DWELL = 3600
_LONGEST_PAGE = 200
_LONGEST_NAME = 80
_MOST_ORIGINS = 20
_AT_HOME = frozenset({"localhost", "127.0.0.1"})


class Ask(StrEnum):
    """Whether the form before the chat has a field."""

    NO = "no"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Words for whoever stays so many seconds on a page; `page` is a path in which `*` stands for
    anything. Words by language; one that has none is not invited."""

    page: str
    seconds: int
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """`before` is what is asked before the chat; `takes_messages` when nobody is there."""

    before: Mapping[str, Ask] = field(default_factory=dict)
    takes_messages: bool = False
    mail_after: int = USUAL_MAIL_AFTER
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a visitor says of herself. It proves nothing."""

    name: str = ""
    email: str = ""
    topic: str = ""


def read(kept: Mapping[str, Any]) -> ChatSettings:
    """As an inbox keeps them; what it does not say is as usual."""
    return ChatSettings(
        {name: Ask(value) for name, value in kept.get("before", {}).items()},
        bool(kept.get("takes_messages", False)),
        int(kept.get("mail_after", USUAL_MAIL_AFTER)),
        tuple(Invitation(**each) for each in kept.get("invitations", ())),
    )


def checked(
    *,
    before: Mapping[str, str],
    takes_messages: bool,
    mail_after: int,
    invitations: Sequence[Invitation],
) -> dict[str, Any]:
    """What an inbox keeps. Raises Invalid."""
    if set(before) - set(FIELDS) or set(before.values()) - set(Ask):
        raise Invalid(field="before")
    if not 0 <= mail_after <= LONGEST_MAIL_AFTER:
        raise Invalid(field="mail_after")
    if len(invitations) > MOST_INVITATIONS:
        raise Invalid(field="invitations")
    return {
        "before": {name: Ask(asked).value for name, asked in before.items() if asked != Ask.NO},
        "takes_messages": takes_messages,
        "mail_after": mail_after,
        "invitations": [_invitation(each) for each in invitations],
    }


def rechecked(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says that an inbox keeps, as it says it. Raises Invalid."""
    known = {each.name for each in fields(ChatSettings)}
    try:
        told = read(kept)
        checked(
            before={name: asked.value for name, asked in told.before.items()},
            takes_messages=told.takes_messages,
            mail_after=told.mail_after,
            invitations=told.invitations,
        )
    except (AttributeError, TypeError, ValueError):
        raise Invalid(field="chat") from None
    if set(kept) - known:
        raise Invalid(field="chat")
    return dict(kept)


def _invitation(given: Invitation) -> dict[str, Any]:
    page = contact.plain_text(given.page, field="page", longest=_LONGEST_PAGE)
    if not page.startswith(("/", "*")):
        raise Invalid(field="page")
    if not 0 <= given.seconds <= LONGEST_DWELL:
        raise Invalid(field="seconds")
    words = {
        language: contact.plain_text(text, field="words", longest=LONGEST_INVITATION)
        for language, text in given.words.items()
        if text.strip()
    }
    if not words or set(words) - set(LANGUAGES):
        raise Invalid(field="words")
    return {"page": page, "seconds": given.seconds, "words": words}


def introduced(given: Introduction) -> Introduction:
    """What she wrote, as it may be kept. Raises Invalid."""
    name = " ".join(given.name.split())
    if name:
        name = contact.plain_text(name, field="name", longest=_LONGEST_NAME)
    email = contact.email_address(given.email).lower() if given.email.strip() else ""
    if given.topic and given.topic not in TOPICS:
        raise Invalid(field="topic")
    return Introduction(name, email, given.topic)


def missing(settings: ChatSettings, given: Introduction) -> str | None:
    """The first field that must be filled in and is not."""
    asked = (name for name in FIELDS if settings.before.get(name) is Ask.MUST)
    return next((name for name in asked if not getattr(given, name)), None)


def checked_origins(written: Sequence[str]) -> list[str]:
    """Sites as browsers name them: scheme, host and port, each once. HTTP only at home.

    Raises Invalid.
    """
    origins = list(dict.fromkeys(_origin(each.strip()) for each in written if each.strip()))
    if len(origins) > _MOST_ORIGINS:
        raise Invalid(field="origins")
    return origins


def _origin(written: str) -> str:
    try:
        parts = urlsplit(written.rstrip("/").lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(field="origins") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _AT_HOME)
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    plain = host.isascii() and all(sign.isalnum() or sign in "-." for sign in host)
    if not (secure and bare and host and plain):
        raise Invalid(field="origins")
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
