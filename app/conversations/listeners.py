"""What conversations do when something is announced."""

from app.conversations.events import BotAsked, CodeTried
from app.conversations.service import pausing, proving, turn
from app.core.outbox import NotYet


def ask_bot(event: BotAsked) -> None:
    """An errand: the bot answers, or a person is called. Who has hardly begun may go on first."""
    if seconds := pausing.seconds_left(event.conversation_id):
        raise NotYet(seconds)
    turn.answer(event.conversation_id)


def code_tried(event: CodeTried) -> None:
    proving.tell_outcome(event)
