"""What conversations do when something is announced."""

from app.conversations.events import BotAsked, CodeTried
from app.conversations.service import proving, turn


def ask_bot(event: BotAsked) -> None:
    """An errand: the bot answers, or a person is called."""
    turn.answer(event.conversation_id)


def code_tried(event: CodeTried) -> None:
    proving.tell_outcome(event)
