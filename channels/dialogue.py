"""What a turn-by-turn channel is: somebody presses or says something, and is told what is next.

USSD and telephone calls are held while we answer, so a call is answered with the next step itself.
Standard library only. A call is admitted as in `channels.port`, read, and answered by `render`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from channels.port import Answer, Call, Media, Setting


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's move.

    `session_id` is the provider's for the whole dialogue, `trail` names the turn in it, the same
    in every copy of the call. Where `grows`, the trail is all that was entered so far and `said`
    is empty: see `said_after`. Without `vouched` the sender's number may be forged.
    """

    session_id: str
    sender: str
    recipient: str
    trail: str
    said: str = ""
    spoken: bool = False
    grows: bool = False
    vouched: bool = True

    @property
    def is_first(self) -> bool:
        return not self.trail


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialogue is over: `outcome` is completed, abandoned, busy, no_answer or failed."""

    session_id: str
    outcome: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of the caller's way to a person: answered, busy, no_answer, failed, or `left`
    the queue by herself."""

    session_id: str
    outcome: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """She waits in the queue and is to hear something; `said` is what she pressed meanwhile."""

    session_id: str
    seconds: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """She was taken out of the queue because a person is there for her."""

    session_id: str


@dataclass(frozen=True, slots=True)
class Held:
    """She waits while her agent does something, and is to hear something."""

    session_id: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording can be fetched at `url`; `purpose` is voicemail or call."""

    session_id: str
    recording_id: str
    url: str
    seconds: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What was said in a recording."""

    session_id: str
    recording_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Uttered:
    """One sentence of a call with an agent, written down while it goes on.

    `utterance_id` is the same in every copy.
    """

    session_id: str
    utterance_id: str
    text: str
    by_customer: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """News that changes nothing."""

    session_id: str
    kind: str


Heard = (
    Turn | Ended | Joined | Waiting | Fetched | Held | Recorded | Transcribed | Uttered | Ignored
)


class Ask(StrEnum):
    """What is waited for. CHOICE is one of the options."""

    CHOICE = "choice"
    DIGITS = "digits"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Option:
    """`key` is pressed; whoever speaks says the title, or one of `words`."""

    key: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Wait for a person in the queue of this name."""

    queue: str


@dataclass(frozen=True, slots=True)
class Record:
    """Take a message of at most so many seconds."""

    longest: int = 120


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect with an agent's browser (`client`) or a SIP address; `about` is told the browser."""

    client: str = ""
    sip: str = ""
    recorded: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Say the text, let `pause` seconds pass, and ask us again: for those who wait."""

    pause: int = 10
    leave: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Say the text, let `seconds` pass, and ask us again: for the next turn, or at `event`."""

    seconds: int = 1
    event: str = ""


Act = Enqueue | Record | Dial | Play | Pause


@dataclass(frozen=True, slots=True)
class Step:
    """What she is shown or told, and what is waited for: the end without `ask`, `act` and `more`.
    `more` and `back` are the words of the keys that lead there, empty where nothing is.
    """

    text: str
    language: str = "en"
    options: tuple[Option, ...] = ()
    ask: Ask | None = None
    digits: int | None = None
    act: Act | None = None
    more: str = ""
    back: str = ""

    @property
    def is_end(self) -> bool:
        return self.ask is None and self.act is None and not self.more


MORE, BACK = "98", "0"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the provider brings the next turn: our address for this inbox, the turn's number."""

    base: str
    turn: int


@dataclass(frozen=True, slots=True)
class Browser:
    """How an agent's browser takes calls: by the library of this kind, at `url` where it has no
    address of its own. `hosts` are those it speaks with."""

    kind: str
    url: str
    hosts: tuple[str, ...]


class DialogueChannel(Protocol):
    """An inbox's way to its provider."""

    speaks: bool

    def admit(self, call: Call) -> Answer | None:
        """As in `channels.port.Channel`."""

    def read(self, call: Call, event: str = "") -> Heard:
        """What an admitted call says; `event` is the last part of our address. Raises Malformed."""

    def cut(self, step: Step, *, more: str, back: str) -> tuple[Step, ...]:
        """The step in parts that fit, with words for the keys that lead from one to the other."""

    def render(self, step: Step, place: Place) -> Answer:
        """The answer to the call that carries the step."""


@runtime_checkable
class CallChannel(DialogueChannel, Protocol):
    """One that carries calls which can be put through, and their recordings be fetched."""

    def move(self, session_id: str, url: str) -> None:
        """Take a caller to what our address says next. Raises ChannelDown, Undeliverable."""

    def dial(self, number: str, sender: str, *, url: str, status_url: str) -> str:
        """Ring a number; who answers hears what `url` says. Returns the call's id.

        Raises ChannelDown, Undeliverable.
        """

    def fetch(self, media: Media) -> Media:
        """As in `channels.port.Channel`."""

    @property
    def browser(self) -> Browser | None:
        """None where agents take calls elsewhere."""

    def agent_token(self, identity: str) -> str:
        """What an agent's browser needs to take calls under this name."""


@dataclass(frozen=True, slots=True)
class DialogueProvider:
    """A kind of turn-by-turn channel at one provider, as inboxes are made of it."""

    kind: str
    name: str
    settings: tuple[Setting, ...]
    open: Callable[[Mapping[str, str], str | None], DialogueChannel]


def said_after(trail: str, former: str | None) -> str | None:
    """What is new in a growing trail; None when it does not go on from `former`.

    What people type may hold a `*` itself, so only the former trail tells where the new begins.
    """
    if former is None:
        return trail
    if not former:
        return trail or None
    head, star, rest = trail[: len(former)], trail[len(former) : len(former) + 1], trail
    return rest[len(former) + 1 :] if head == former and star == "*" else None
