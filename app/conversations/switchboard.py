"""Which bot answers. Plugged in once at start, by the wiring."""

from app.conversations.port import Answer, Bot, BotDown, Question


class NoBot:
    """People only: for an operator, or a moment, without a bot."""

    def ask(self, question: Question) -> list[Answer]:
        raise BotDown(f"no bot for {question.conversation_id}")

    def is_up(self) -> bool:
        return False


_plugged: dict[str, Bot] = {}


def plug_in(bot: Bot) -> None:
    _plugged["bot"] = bot


def bot() -> Bot:
    return _plugged.get("bot") or NoBot()
