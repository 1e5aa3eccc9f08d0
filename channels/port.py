"""What a channel is to the rest of the application. Standard library only.

A provider's call is first known by its signature (`admit`), then kept raw, then understood
(`read`) by a worker. What we say leaves through `send`, once for each row that says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class ChannelDown(Exception):
    """Try again later: the provider is unreachable, throttling us or broken.

    `retry_after` in seconds, where the provider said so.
    """

    def __init__(self, reason: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Undeliverable(Exception):
    """Do not try again: the provider refuses this recipient or this content. `code` is its own."""

    def __init__(self, reason: str = "", *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class BadSignature(Exception):
    """The call did not come from the provider, or it is an old one played again."""


class Malformed(Exception):
    """The call is the provider's, and makes no sense."""


@dataclass(frozen=True, slots=True)
class Call:
    """A provider's call, stripped of the web framework.

    `url` is the public one with its query, as the provider was given it; header names are in
    lower case; `body` is raw.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider's call is answered with."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came or goes: `content` itself, or where `fetch` finds it (`url`, or `handle`,
    the provider's name for it). A page that came with it shows it where it says
    `cid:<content_id>`."""

    media_type: str
    name: str = ""
    content: bytes | None = field(default=None, repr=False)
    url: str | None = None
    handle: str | None = None
    content_id: str = ""


class Kind(StrEnum):
    """What somebody sent. `text` of an Inbound always says it in words, as far as it can."""

    TEXT = "text"
    MEDIA = "media"
    BUTTON = "button"  # `payload` is the button's
    LOCATION = "location"
    CONTACT = "contact"
    REACTION = "reaction"
    STORY_REPLY = "story_reply"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a person sent to us.

    `provider_id` is the provider's and the same in every copy. `sender` is the address that the
    provider vouches for, in the channel's own form (E.164 with +, a mail address in lower case, a
    user id); `name` is what the sender calls herself and proves nothing. `answers` is the provider
    id of the message it replies to; `thread` a token of ours that came back with it. Without
    `vouched` the address proves nothing either; `automatic` ones are machines' mail. `html` is all
    of a mail as a page, quotes and all, where `text` leaves something out. `problems` are codes
    of what is wrong with it, such as `several_senders`: nobody can tell who wrote it.
    """

    provider_id: str
    sender: str
    recipient: str
    text: str
    name: str = ""
    kind: Kind = Kind.TEXT
    media: tuple[Media, ...] = ()
    payload: str | None = None
    answers: str | None = None
    thread: str | None = None
    subject: str = ""
    html: str | None = None
    copied: tuple[str, ...] = ()
    at: datetime | None = None
    vouched: bool = True
    automatic: bool = False
    problems: tuple[str, ...] = ()


class State(StrEnum):
    """How far something we sent has come. They never go backwards."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider tells of something we sent: of `provider_id`, or of everything sent to
    `recipient` until `up_to`."""

    state: State
    provider_id: str | None = None
    recipient: str | None = None
    up_to: datetime | None = None
    at: datetime | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The sender changed the words of what she sent before."""

    provider_id: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The sender took back what she sent before."""

    provider_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody's address changed: the same person from now on at `new`."""

    old: str
    new: str
    at: datetime | None = None


class Wish(StrEnum):
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Consent:
    """The provider itself heard that `address` wants no more of us, or wants us again."""

    address: str
    wish: Wish
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TemplateJudged:
    """The provider decided on a template: `state` is approved, rejected, paused or pending."""

    name: str
    language: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassedBy:
    """Nothing we act on: an echo of our own, a kind we do not know. It is kept raw."""

    kind: str


Event = (
    Inbound | Receipt | Edited | Withdrawn | Moved | Consent | TemplateJudged | PassedBy
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Template:
    """Words that the provider approved before: their name, language and what fills them in."""

    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail belongs: its subject, what it answers, and the token that replies bring back.

    `message_id` and `references` are those of the mail that is answered, `quoted` its words and
    `quoted_from` the line that says whose and of when. A token is of letters
    that an address may have: replies come to `reply+<token>@…`.
    """

    subject: str = ""
    token: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    quoted: str = ""
    quoted_from: str = ""
    copied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """One thing to say. The same `key` is the same message, however often it is sent.

    `by_person` tells those who ask for it that a person wrote this, not a machine. `notice` says
    that nobody asked for it just now, so it carries the way to be left in peace: `unsubscribe` is
    the https address at which one POST does that, where there is one.
    """

    key: str
    recipient: str
    text: str
    buttons: tuple[Button, ...] = ()
    media: tuple[Media, ...] = ()
    template: Template | None = None
    thread: Thread | None = None
    language: str = "en"
    by_person: bool = False
    notice: bool = False
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can carry; the composer and the bot's answers follow it.

    `longest` in characters of one message; `window` in hours after the customer's last message in
    which words of our own may be sent (None: always), outside of it only templates. Where there
    are `read_marks` a Channel has what MarksRead has. With
    `media_links` the provider fetches files itself, from the address that a Media has.
    """

    longest: int
    buttons: int = 0
    longest_button: int = 0
    media: bool = False
    media_links: bool = False
    templates: bool = False
    window: int | None = None
    subjects: bool = False
    receipts: bool = False
    read_marks: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an inbox must know to use a provider. Secret ones are never shown again."""

    name: str
    secret: bool = False
    optional: bool = False


class Channel(Protocol):
    """An inbox's way to its provider."""

    def admit(self, call: Call) -> Answer | None:
        """Raise BadSignature unless the provider made this call. An Answer ends it here, as for the
        handshakes by which some providers prove an address."""

    def read(self, call: Call) -> tuple[Event, ...]:
        """What an admitted call says. Raises Malformed; kinds unknown to us are PassedBy."""

    def answer(self, call: Call) -> Answer:
        """How an admitted call is answered once it is kept."""

    def send(self, message: Outbound) -> str:
        """Hand one message over; returns the provider's id. Raises ChannelDown, Undeliverable."""

    def fetch(self, media: Media) -> Media:
        """The same with its content, of at most 25 MiB. Raises ChannelDown, Undeliverable."""

    def check(self) -> None:
        """A call without effect, with our credentials. Raises ChannelDown, Undeliverable."""


@runtime_checkable
class MarksRead(Protocol):
    """A channel whose customers are shown that what they wrote was read."""

    def mark_read(self, provider_id: str) -> None:
        """This message, and all before it. Raises ChannelDown, Undeliverable."""


@runtime_checkable
class Mailbox(Protocol):
    """A channel that is asked for what came, because its provider does not call. It has
    everything of a Channel too, except that nobody else's call is admitted."""

    def new_calls(self, after: str) -> Iterator[tuple[str, Call]]:
        """What came after that mark, oldest first, each with its own mark: keep the call, then the
        mark, and go on from there next time. "" is the mark of an inbox that never asked. A mark
        may be followed by some that came before it, as after a move of the mailbox: the same mail
        has the same provider id. Raises ChannelDown, Undeliverable (as for a wrong password)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of channel at one provider, as inboxes are made of it.

    `open` takes the settings by name and where the provider's API is (None: its own address).
    """

    kind: str
    name: str
    settings: tuple[Setting, ...]
    abilities: Abilities
    open: Callable[[Mapping[str, str], str | None], Channel]
