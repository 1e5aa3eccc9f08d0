"""What conversations announce."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerIdentified:
    """An anonymous visitor signed in: the same conversation now has a customer."""

    conversation_id: UUID
    customer_id: UUID
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VerificationMoved:
    """She was asked to prove who she is, has tried, or has done it."""

    conversation_id: UUID
    customer_id: UUID | None


@dataclass(frozen=True, slots=True)
class CodeTried:
    """She wrote a code. `outcome` is proven, wrong, failed, expired or mistyped; `left` are the
    tries that remain."""

    conversation_id: UUID
    message_id: UUID
    outcome: str
    left: int


@dataclass(frozen=True, slots=True)
class MessagePosted:
    conversation_id: UUID
    message_id: UUID
    seq: int
    author: str
    kind: str
    at: datetime
    customer_id: UUID | None
    assignee_id: UUID | None
    status: str
    language: str
    channel: str = "webchat"


@dataclass(frozen=True, slots=True)
class MessageMarked:
    """Something about a message became known after it was said: how far it came, files, an edit."""

    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class WordsCovered:
    """A secret is no longer to be read in a message. Heard in the same transaction by those who
    keep copies of its words."""

    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    """From now on it is held in another inbox."""

    conversation_id: UUID
    inbox_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class BotAsked:
    """A customer wrote while the bot has the conversation."""

    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class CustomerAnswered:
    """She wrote in a conversation that was waiting for just that."""

    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class MessagesRead:
    """`reader` is customer or agent; everything up to `seq` has been seen."""

    conversation_id: UUID
    reader: str
    seq: int
    assignee_id: UUID | None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person is asked for. Heard in the same transaction by tickets."""

    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    language: str
    reason: str
    intent: str
    topic: str
    summary: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenBackToBot:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationAssigned:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    staff_id: UUID
    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationReleased:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationResolved:
    """`staff_id` is who owned it, None when the bot alone did."""

    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    staff_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationReopened:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRated:
    conversation_id: UUID
    customer_id: UUID | None
    market_code: str
    staff_id: UUID | None
    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    staff_id: UUID
    availability: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftMoved:
    """Somebody's draft is otherwise: written, sent or taken over. `shared` where colleagues see it,
    or did."""

    conversation_id: UUID
    staff_id: UUID
    shared: bool


@dataclass(frozen=True, slots=True)
class ColleagueMentioned:
    """In a note that she may see."""

    conversation_id: UUID
    message_id: UUID
    staff_id: UUID
    by_name: str
    at: datetime
