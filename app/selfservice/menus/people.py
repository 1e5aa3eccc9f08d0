"""The way to a person: now, or when she is called back."""

from collections.abc import Sequence

from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.messaging.service.hours import is_open_now
from app.selfservice.menus.home import CUSTOMERS, STRANGERS
from app.selfservice.menus.page import Choice, Page
from app.selfservice.service import desk
from app.selfservice.talk import Talk
from app.selfservice.wording import Wording
from channels.dialogue import Act, Ask, Enqueue, Record


def place_text(words: Wording, standing: desk.Standing) -> str:
    """Her place in the queue and what to expect."""
    told = _("You are number %(place)s in the queue.", place=standing.place or 1)
    if standing.wait is not None:
        told += " " + _("Expected wait: %(time)s.", time=words.minutes(standing.wait))
    return told


def _hear_callback(talk: Talk, _chosen: str) -> str:
    standing = desk.ask_for_person(talk, intent="call_back", tried=_tried(talk))
    called = _("We call you back at %(number)s.", number=talk.words.number(talk.sender))
    talk.slots["said"] = f"{called} {place_text(talk.words, standing)}"
    return "done"


def _hear_person(talk: Talk, _chosen: str) -> str:
    """A screen cannot be put through: there she is called back."""
    if not talk.aloud:
        return _hear_callback(talk, _chosen)
    if not is_open_now(talk.inbox):
        return "closed"
    standing = desk.ask_for_person(talk, tried=_tried(talk))
    talk.slots["said"] = place_text(talk.words, standing)
    return "queue"


def _closed(talk: Talk) -> Sequence[Choice]:
    """What may be done while nobody is there."""
    message = Choice(lazy("Leave a message"), "voicemail", _MESSAGE)
    back = Choice(lazy("Call me back"), "callback", _CALL)
    return (back, message) if talk.sender else (message,)


def to_person(talk: Talk) -> str:
    """The next page, for who is on the telephone and cannot be helped otherwise."""
    return _hear_person(talk, "")


def _tried(talk: Talk) -> list[str]:
    """What she looked at before, as her menu calls it."""
    names = {each.leads_to: str(each.title) for each in (*CUSTOMERS, *STRANGERS)}
    return [names[each] for each in talk.slots.get("tried", []) if each in names]


def _queue_text(talk: Talk) -> str:
    told = _("This call may be recorded. A person will take over.")
    return f"{told} {talk.slots.get('said', '')}"


def _queue(talk: Talk) -> Act:
    return Enqueue(f"care-{talk.market.code.lower()}")


_MESSAGE = ("message", "voicemail", "mensaje", "mensagem", "recado")
_CALL = ("call me", "llamen", "llámame", "ligar")
_YES = ("yes", "sí", "si", "sim")


def _hear_message(talk: Talk, _said: str) -> str:
    """The recording itself comes later, by another way."""
    desk.ask_for_person(talk, intent="voicemail", tried=_tried(talk))
    return "thanks"


PAGES = {
    "callback": Page(
        lambda talk: _(
            "Shall we call you back at %(number)s?", number=talk.words.number(talk.sender)
        ),
        lambda _talk: (Choice(lazy("Yes, call me"), "done", _YES),),
        _hear_callback,
        personal=False,
    ),
    "person": Page(
        lambda _talk: _("Shall a person take over?"),
        lambda _talk: (Choice(lazy("Yes"), "queue", _YES),),
        _hear_person,
        personal=False,
    ),
    "queue": Page(_queue_text, act=_queue, personal=False),
    "closed": Page(
        lambda talk: talk.inbox.closed_words or _("Nobody is here at this hour."),
        _closed,
        personal=False,
    ),
    "voicemail": Page(
        lambda _talk: _(
            "Please leave a message after the tone. It is recorded and written down. "
            "Press the hash key when you are done."
        ),
        act=lambda _talk: Record(),
        hear=_hear_message,
        ask=Ask.WORDS,
        personal=False,
    ),
    "thanks": Page(
        lambda _talk: _("Thank you. We will get back to you. Goodbye!"), personal=False, ends=True
    ),
}
