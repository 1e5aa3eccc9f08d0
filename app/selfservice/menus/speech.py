"""Saying what one needs, in one's own words: the bot answers, or a person takes over."""

import re
import unicodedata

from app.core.i18n import gettext as _
from app.selfservice.menus import people
from app.selfservice.menus.page import Choice, Page
from app.selfservice.service import assistant, pins
from app.selfservice.service.assistant import Reply
from app.selfservice.sessions import Memory
from app.selfservice.spoken import spoken
from app.selfservice.talk import Talk
from channels.dialogue import Act, Ask, Pause

_MOST_MISSES, _MOST_WAITS, _MOST_BUTTONS = 2, 4, 9
_FEW_WORDS = 4


def takes(talk: Talk, said: str, *, is_choice: bool) -> bool:
    """Whether words said in the menu are for the bot: those that are no choice, and whole
    sentences, whatever word of the menu is in them."""
    if not (talk.aloud and talk.inbox.bot_on) or not any(each.isalpha() for each in said):
        return False
    return not is_choice or len(said.split()) > _FEW_WORDS


def begin(memory: Memory, talk: Talk, said: str) -> str:
    """Her first words. Whose number may be forged proves who she is before, if she can."""
    talk.slots.update(bot_text="", bot_buttons=[], bot_misses=0)
    unsure = talk.line is not None and not (talk.vouched or memory.proven)
    if unsure and pins.has_pin(talk.customer.id):
        talk.slots["then"] = "bot"
        return "pin"
    return _hear(talk, said)


def _hear(talk: Talk, said: str) -> str:
    slots = talk.slots
    waits = int(slots.pop("bot_waits", 0))
    if not waits:
        if not said.strip():
            return _missed(talk, _("Sorry, I did not hear you."))
        title, payload = _pressed(slots.get("bot_buttons", []), said)
        slots["bot_seq"] = assistant.ask(talk, title, payload)
    reply = assistant.answer_to(talk, int(slots["bot_seq"]))
    if reply is not None:
        return _answered(talk, reply)
    if waits >= _MOST_WAITS:
        return people.to_person(talk)
    slots.update(bot_waits=waits + 1, bot_text=_("One moment, please."), bot_buttons=[])
    return "bot"


def _answered(talk: Talk, reply: Reply) -> str:
    if reply.person:
        return people.to_person(talk)
    told = [spoken(each, talk.words) for each in reply.texts]
    if reply.link:
        told.append(_link_told(talk, reply.link))
    buttons = [list(each) for each in reply.buttons[:_MOST_BUTTONS]]
    talk.slots.update(bot_text=" ".join(each for each in told if each), bot_buttons=buttons)
    if not reply.understood:
        return _missed(talk, "")
    talk.slots["bot_misses"] = 0
    return "bot"


def _link_told(talk: Talk, link: str) -> str:
    if assistant.send_link(talk, int(talk.slots["bot_seq"]), link):
        return _("I am sending you the link by SMS.")
    return _("You find the link in My account.")


def _missed(talk: Talk, told: str) -> str:
    """Heard nothing or not understood: the second time a person takes over."""
    misses = int(talk.slots.get("bot_misses", 0)) + 1
    if misses >= _MOST_MISSES:
        return people.to_person(talk)
    talk.slots["bot_misses"] = misses
    if told:
        talk.slots["bot_text"] = told
    return "bot"


def _pressed(buttons: list[list[str]], said: str) -> tuple[str, str]:
    """The button that was pressed or named, with its payload; else her words alone."""
    if said.isascii() and said.isdigit() and 0 < int(said[:3]) <= len(buttons):
        title, payload = buttons[int(said[:3]) - 1]
        return title, payload
    heard = _bare(said)
    for title, payload in buttons:
        if _bare(title) == heard:
            return title, payload
    return said, ""


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(e for e in apart if not unicodedata.combining(e))))


def _text(talk: Talk) -> str:
    told = talk.slots.get("bot_text")
    return str(told or _("Say in a few words what you need. For the menu, press 0."))


def _buttons(talk: Talk) -> list[Choice]:
    return [
        Choice(spoken(title, talk.words).rstrip("."), "bot")
        for title, _payload in talk.slots.get("bot_buttons", [])
    ]


def _wait(talk: Talk) -> Act | None:
    return Pause() if talk.slots.get("bot_waits") else None


PAGES = {
    "bot": Page(_text, _buttons, _hear, Ask.WORDS, act=_wait, personal=False, noted=False),
}
