"""What conversations do when something is announced."""

from app.conversations.events import BotAsked
from app.conversations.service import turn


def ask_bot(event: BotAsked) -> None:
    """An errand: the bot answers, or a person is called."""
    turn.answer(event.conversation_id)
