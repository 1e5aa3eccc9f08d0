"""What an action is to rules, macros and workflows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.automation.definition import Action
from app.automation.errors import NoTalk, NoTicket
from app.automation.facts import Facts
from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Doer:
    """`by` does it and stands in the trail; customers read `public`. `key` names this one doing
    among all: what is said under it is said once."""

    by: Actor
    public: Actor
    key: str


@dataclass(frozen=True, slots=True)
class On:
    """What it is done to."""

    ticket_id: UUID | None
    conversation_id: UUID | None
    facts: Facts

    @property
    def ticket(self) -> UUID:
        """Raises NoTicket."""
        if self.ticket_id is None:
            raise NoTicket
        return self.ticket_id

    @property
    def talk(self) -> UUID:
        """Raises NoTalk."""
        if self.conversation_id is None:
            raise NoTalk
        return self.conversation_id


@dataclass(frozen=True, slots=True)
class Change:
    """What a dry run tells that would change, in plain values."""

    what: str
    before: str
    after: str


Preview = Callable[[Action, Facts], Change | None]


@dataclass(frozen=True, slots=True)
class Deed:
    """`choices` is the list its value is chosen from, empty for none, "free" for any; `writes`
    whether it has a text. `do` says whether something changed, and refuses as services do.
    `preview` is None when nothing would change."""

    kind: str
    words: Any
    do: Callable[[Action, On, Doer], bool]
    preview: Preview
    choices: str = ""
    writes: bool = False
    needs_ticket: bool = True
    needs_talk: bool = False
    check: Callable[[Action], Sequence[str]] = lambda _action: ()
