"""From what is typed or said to the next page, and from a page to the step that shows it."""

import re
import unicodedata
from collections.abc import Sequence

from app.core.errors import Refusal
from app.core.i18n import gettext as _
from app.selfservice.errors import NoPin
from app.selfservice.menus import PAGES, speech
from app.selfservice.menus.page import Choice, Page
from app.selfservice.service import pins
from app.selfservice.sessions import Memory
from app.selfservice.talk import Talk
from channels.dialogue import BACK, MORE, Ask, Option, Step

_MOST_MISSES = 3
_WORD = r"\w+"
_NO = ("no", "not", "don t", "não", "cancel", "cancela", "cancelar")


def advance(memory: Memory, talk: Talk, said: str | None) -> str:
    """Go where `said` leads (None: nothing was said yet). Returns what was chosen."""
    if not memory.page:
        memory.page = "home"
    if said is None:
        return ""
    said = said.strip()
    if _asked_anew(memory, talk):
        return ""
    if said == MORE and memory.part + 1 < memory.parts:
        memory.part += 1
        return ""
    if said == BACK and (memory.part or memory.path):
        _step_back(memory)
        _asked_anew(memory, talk)
        return ""
    page = PAGES[memory.page]
    try:
        return _hear(memory, talk, page, said)
    except Refusal as refusal:
        talk.slots["said"] = str(refusal.message)
        _go(memory, talk, "done")
        return ""


def shown(memory: Memory, talk: Talk) -> Step:
    """The page that the dialogue stands on."""
    page = PAGES[memory.page]
    try:
        text, choices = page.text(talk), list(page.choices(talk))
    except Refusal as refusal:
        text, choices = str(refusal.message), []
    if memory.misses:
        text = _("Sorry, I did not understand.") + (" " if talk.aloud else "\n") + text
    if page.ends and (not talk.aloud or memory.page == "thanks"):
        return Step(text, talk.language)
    act = page.act(talk) if page.act else None
    options = tuple(
        Option(str(place), str(each.title), each.words) for place, each in enumerate(choices, 1)
    )
    back = _("Back") if memory.path else ""
    step = Step(text, talk.language, options, page.ask or Ask.CHOICE, page.digits, act, back=back)
    return _aloud(step) if talk.aloud and act is None else step


def _aloud(step: Step) -> Step:
    """A voice says the keys in sentences."""
    told = [step.text]
    for each in step.options:
        if step.ask is Ask.WORDS:
            told.append(_("Say %(title)s or press %(key)s.", title=each.title, key=each.key))
        else:
            told.append(_("For %(title)s, press %(key)s.", title=each.title, key=each.key))
    if step.back and step.ask is not Ask.WORDS:
        told.append(_("To go back, press 0."))
    return Step(" ".join(told), step.language, step.options, step.ask, step.digits, back=step.back)


def _hear(memory: Memory, talk: Talk, page: Page, said: str) -> str:
    if page.ask not in {None, Ask.CHOICE}:
        chosen, target = "" if page.secret else said, page.hear(talk, said) if page.hear else "home"
    else:
        if page.hear and memory.path and _says_no(said):
            _step_back(memory)
            return ""
        choice = _choice(page.choices(talk), said)
        if memory.page == "home" and speech.takes(talk, said, is_choice=choice is not None):
            chosen, target = "", speech.begin(memory, talk, said)
        elif choice is None:
            return _miss(memory, talk)
        else:
            talk.slots.update(choice.slots)
            chosen = str(choice.title)
            target = page.hear(talk, said) if page.hear else choice.leads_to
    if talk.slots.pop("proven", False):
        memory.prove()
    memory.language = talk.language = str(talk.slots.pop("language", memory.language))
    _go(memory, talk, target)
    return chosen


def _miss(memory: Memory, talk: Talk) -> str:
    memory.misses += 1
    if talk.aloud and memory.misses >= _MOST_MISSES:
        _go(memory, talk, "person")
    return ""


def _choice(choices: Sequence[Choice], said: str) -> Choice | None:
    """By its key, or by a word that was said."""
    if said.isascii() and said.isdigit():
        place = int(said[:4])
        return choices[place - 1] if 1 <= place <= len(choices) else None
    heard = _folded(said)
    for each in choices:
        if any(_folded(word) in heard for word in (str(each.title), *each.words)):
            return each
    return None


def _says_no(said: str) -> bool:
    """Where a choice has an effect, "no, do not block it" is none."""
    return any(_folded(word) in _folded(said) for word in _NO)


def _go(memory: Memory, talk: Talk, target: str) -> None:
    page = PAGES[target]
    if page.personal and talk.line is None:
        target, page = "home", PAGES["home"]
    if _lacks_proof(memory, talk, target):
        talk.slots["then"] = target
        target = _to_prove(talk)
    if target == "home":
        memory.path = []
    elif target == "done":
        memory.path = ["home"]
    elif memory.page not in {target, "pin", "done"}:
        memory.path.append(memory.page)
    if memory.page != target:
        memory.misses = 0
    memory.page, memory.part = target, 0
    _remember_try(talk, target)


def _lacks_proof(memory: Memory, talk: Talk, name: str) -> bool:
    page = PAGES[name]
    asks_proof = page.guarded or (page.personal and not talk.vouched)
    return asks_proof and not memory.proven and name != "pin"


def _asked_anew(memory: Memory, talk: Talk) -> bool:
    """Whether the PIN of the page that she stands on was too long ago: then it is asked for again,
    and leads back here."""
    here = memory.page
    if not _lacks_proof(memory, talk, here):
        return False
    memory.page = "pin"  # what she was asked is no page to go back to
    _go(memory, talk, here)
    return True


def _to_prove(talk: Talk) -> str:
    if pins.has_pin(talk.customer.id):
        return "pin"
    talk.slots["said"] = str(NoPin.message)
    return "done"


def _step_back(memory: Memory) -> None:
    if memory.part:
        memory.part -= 1
        return
    memory.page, memory.misses = memory.path.pop(), 0


def _remember_try(talk: Talk, target: str) -> None:
    """What she looked at, for whoever talks to her later."""
    if target in {"balance", "usage", "bill", "topup", "plans", "block", "offers"}:
        tried = [each for each in talk.slots.get("tried", []) if each != target]
        talk.slots["tried"] = [*tried, target][-6:]


def _folded(text: str) -> str:
    """Whole words without accents, a space on each side: "si" is not in "necesito"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in apart if not unicodedata.combining(each))
    return f" {' '.join(re.findall(_WORD, plain))} "
