"""What every kind of proposal is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from app.conversations.models import Verification
from app.core.errors import Invalid
from app.selfservice.asker import Asker

Wanted = TypeVar("Wanted", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What would happen. `title` names it in a few words ("Max Unlimited"), `sentence` says it all:
    what, price and tax, from when, what is prorated. `terms` is JSON, what she agrees to: ids, and
    exact amounts as strings."""

    title: str
    sentence: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What has happened. `custom` is for the screen: a link to pay at, a code to show."""

    sentence: str
    custom: Mapping[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """One thing the bot can do; inherit from it. `proof` is the least that must be known of her.

    A kind that waits for somebody outside, such as a gateway, says `asks_outside = True`: no
    transaction is held open around it. After a crash it may be carried out again, so what it
    calls must know a repetition by `terms["proposal_id"]`.
    """

    name: str
    permission: str
    proof: Verification
    asks_outside: bool = False

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        """Check everything, change nothing. The domains' refusals pass through."""

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        """Do it, as she herself (`by=asker.actor`); `terms` are what she agreed to, and
        `proposal_id`. Raises ProposalOutdated when they no longer hold."""


def read(model: type[Wanted], wanted: object) -> Wanted:
    """What is wanted, checked. Raises Invalid when it is something else than `model` describes."""
    try:
        return model.model_validate(wanted)
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})
        raise Invalid(fields=fields) from None
