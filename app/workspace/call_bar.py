"""What the desk shows of the calls of a conversation: calling her, and noting what came of it."""

from dataclasses import dataclass
from uuid import UUID

from app.conversations.activity import CALL_RESULTS
from app.conversations.models import Conversation
from app.selfservice import queries
from app.subscriptions.msisdn import for_people
from app.web.login import current_actor

_CHANNELS = frozenset({"voice", "ussd"})


@dataclass(frozen=True, slots=True)
class CallBar:
    """`to_note` is the call that this agent still has to note."""

    number: str
    may_call: bool
    to_note: UUID | None
    results: dict[str, object]


def call_bar_of(conversation: Conversation, *, may_reply: bool) -> CallBar | None:
    """None where there are no calls. One statement."""
    if conversation.channel not in _CHANNELS:
        return None
    latest = queries.latest_of(conversation.id)
    if latest is None:
        return None
    is_over = latest.ended_at is not None
    own = latest.agent_id == current_actor().id
    due = is_over and own and latest.wrapped_up_at is None
    return CallBar(
        number=for_people(latest.sender),
        may_call=may_reply and bool(latest.sender) and (is_over or latest.call_back),
        to_note=latest.id if due else None,
        results=CALL_RESULTS,
    )
