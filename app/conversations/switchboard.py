"""Which bot answers. Plugged in once at start, by the wiring."""

from datetime import timedelta

from app.conversations.port import Answer, Bot, BotDown, Question


class NoBot:
    """People only: for an operator, or a moment, without a bot."""

    def ask(self, question: Question) -> list[Answer]:
        raise BotDown(f"no bot for {question.conversation_id}")

    def is_up(self) -> bool:
        return False


_plugged: dict[str, Bot] = {}
# Beyond the time the bot has itself: the worker may be slow, or away.
_MORE = timedelta(seconds=1)
_time = {"bot": timedelta(seconds=2)}


def plug_in(bot: Bot, *, seconds: float = 2.0) -> None:
    """`seconds` is how long it may take for a message."""
    _plugged["bot"], _time["bot"] = bot, timedelta(seconds=seconds)


def bot() -> Bot:
    return _plugged.get("bot") or NoBot()


def patience() -> timedelta:
    """Who waits longer for it gets a person."""
    return _time["bot"] + _MORE
