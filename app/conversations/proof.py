"""How somebody proves in a conversation who she is, and how that stands. Looks, changes nothing.

The rule: a code must come another way than the talk does. What is written from a telephone and
comes to just that telephone shows only that nobody forges the sender; whoever has found or stolen
it has both. So it goes by another way where there is one, and then it is as good as signing in.
Where there is none it proves that she is present: enough for facts and to block a SIM, not for
money. For that she signs in, or uses her care PIN where commands take it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.conversations.models import Conversation, Verification
from app.core import clock, db
from app.core.secrets import masked_address
from app.customers import queries as customers
from app.customers.models import Customer
from app.identity.codes import IN_CONVERSATION
from app.identity.models import OneTimeCode
from app.subscriptions import queries as lines

PURPOSE = IN_CONVERSATION
CODE_VALID_FOR = timedelta(minutes=10)
TRIES = 3
# One matter, with its questions, takes less; a telephone that is left lying about proves nothing
# for longer.
PROVEN_FOR = timedelta(minutes=30)
# Digits that come later than the code is valid are still meant for it, and answered so.
LATE = timedelta(minutes=20)
_BY_TELEPHONE = frozenset({"sms", "whatsapp", "voice", "ussd"})


@dataclass(frozen=True, slots=True)
class Way:
    """Where a code goes, and what it proves when it comes back."""

    channel: str
    address: str
    proves: Verification

    @property
    def shown(self) -> str:
        return masked_address(self.address)


class State(StrEnum):
    NONE = "none"  # nobody has asked
    ASKED = "asked"
    PROVEN = "proven"
    FAILED = "failed"  # every try was wrong
    EXPIRED = "expired"  # the code, or what it had proven


@dataclass(frozen=True, slots=True)
class Standing:
    """`until` is when the code, or what it proves, ends; `left` are the tries."""

    state: State
    to: str = ""
    until: datetime | None = None
    left: int = 0


def standing_of(conversation: Conversation) -> Standing:
    """Of the code that was asked for last."""
    code = db.session.get(OneTimeCode, conversation.code_id) if conversation.code_id else None
    if code is None:
        return Standing(State.NONE)
    to, now = masked_address(code.address), clock.now()
    if code.used_at is not None:
        over = conversation.proven_until is None or conversation.proven_until <= now
        return Standing(State.EXPIRED if over else State.PROVEN, to, conversation.proven_until)
    if code.tries >= TRIES:
        return Standing(State.FAILED, to)
    if code.expires_at <= now:
        return Standing(State.EXPIRED, to, code.expires_at)
    return Standing(State.ASKED, to, code.expires_at, TRIES - code.tries)


def way_to(conversation: Conversation) -> Way | None:
    """To the customer whose conversation it is; None when no code can reach her."""
    customer = conversation.customer
    if customer is None or customer.deceased_at is not None:
        return None
    reached = lines.proving_addresses(customer)
    apart = [each for each in reached if not is_here(conversation, *each)]
    if apart:
        return Way(*apart[0], Verification.IDENTITY)
    return Way(*reached[0], Verification.PRESENT) if reached else None


def missing(conversation: Conversation, needed: Verification) -> dict[str, str | None]:
    """What would prove as much as is needed: a `code`, and where it would go (None: to the number
    that she says is hers), or that she can only `sign_in`."""
    if conversation.customer_id is None:
        return {"needs": "code", "to": None}
    way = way_to(conversation)
    if way is None or not way.proves.covers(needed):
        return {"needs": "sign_in", "to": None}
    return {"needs": "code", "to": way.shown}


def holder_of(number: str, market_code: str) -> Customer | None:
    """Whose telephone has this number, for all we know; None where its SIM is lost or stolen.

    Always as many statements: how long it takes must not tell.
    """
    verified = customers.by_verified_address("sms", number)
    user = lines.user_of_number(number)
    gone = lines.is_missing(number)
    found = verified or user
    if found is None or gone or found.market_code != market_code:
        return None
    return found


def is_here(conversation: Conversation, channel: str, address: str) -> bool:
    """Whether what goes there arrives where the talk is held. Of a call we note no address."""
    if conversation.channel in _BY_TELEPHONE:
        return channel == "sms" and conversation.address in {None, address}
    return channel == conversation.channel and conversation.address == address.lower()
