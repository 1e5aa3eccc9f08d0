"""One message of the customer: what was understood, what the bot remembers, what it answers."""

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import manners
from actions.app_client import AppClient
from components.money import HOME

LANGUAGES = ("en", "es", "pt")
# How sure what a message does must be, told by what customers say next (docs/bot.md): what one agrees to or
# leaves is more than a question that is answered.
ANSWERED_UPON, DONE_UPON = 0.5, 0.65
NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
UNSURE = 0.5  # of what it wants: below it, it is as likely something else
DECIDES = ("agrees", "declines", "understood", "solved", "unsolved")
CODE = 3  # letters of a currency that is told whatever the market
IN_THE = re.compile(r"\bno\b(?= +\w)", re.IGNORECASE)
FLOW_SLOTS = ("work", "parked", "offer", "done", "told", "last", "listed", "second")


class Turn:
    """Slots written here are seen at once by `memory`, and by Rasa when the action returns."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.dispatcher = dispatcher
        self.conversation_id = tracker.sender_id
        self.message: dict[str, Any] = tracker.latest_message or {}
        self.metadata: dict[str, Any] = self.message.get("metadata") or {}
        self._slots: dict[str, Any] = dict(tracker.current_slot_values())
        self._written: dict[str, Any] = {}
        self.offered: dict[str, Any] = {}
        self.done: str | None = None
        self.told: dict[str, Any] | None = None
        self.last: dict[str, Any] | None = None
        self.listed: list[str] = []
        self.guesses: list[str] = []
        self.heard_twice = False
        self.heard_as = ""
        self.in_task = False
        self.silent = False
        self.wished: dict[str, Any] = {}
        self.is_another = False  # another matter than what is open, which it does not answer
        self.only_asks = False  # beside what was told or done: nothing is begun upon it
        self.points_at = ""  # what of it she chooses, by its role: "small", "other"
        self._begun_with = {slot: self._slots.get(slot) for slot in FLOW_SLOTS if slot != "second"}
        self.app = AppClient(self.conversation_id, self.language)
        self.whole = self.said  # whatever part of it is taken up

    @property
    def text(self) -> str:
        return self.message.get("text") or ""

    @property
    def said(self) -> str:
        """Her words, as long, without a "no" that is none: in Portuguese it is "in the", "no pix"."""
        return IN_THE.sub("em", self.text) if self.language == "pt" else self.text

    @property
    def intent(self) -> str:
        return (self.message.get("intent") or {}).get("name") or "nlu_fallback"

    @property
    def confidence(self) -> float:
        return float((self.message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def is_unsure(self) -> bool:
        return self.confidence < UNSURE

    @property
    def ranking(self) -> list[str]:
        return [entry["name"] for entry in self.message.get("intent_ranking") or []]

    @property
    def reply(self) -> tuple[str, float]:
        """What it does to what was said last, whatever it is about (`components.replies`), and how sure."""
        told = self.message.get("reply") or {}
        return told.get("name") or "", float(told.get("confidence") or 0.0)

    def at(self, place: str) -> tuple[str, float]:
        """What it would mean at a place of the talk (`components.places`), and how sure."""
        meaning, sure = (self.message.get("at_places") or {}).get(place) or ("", 0.0)
        return meaning, float(sure)

    def does(self, *kinds: str) -> bool:
        """Whether it does one of these, surely enough for what comes of it."""
        kind, sure = self.reply
        return kind in kinds and sure >= (DONE_UPON if kind in DECIDES else ANSWERED_UPON)

    @property
    def next_guess(self) -> dict[str, Any]:
        """What it would have been taken for otherwise, for those who review the bot."""
        ranking = self.message.get("intent_ranking") or []
        others = [each for each in ranking if each["name"] not in (self.intent, "nlu_fallback")]
        if not others or self.pressed_a_button:
            return {}
        return {"next": others[0]["name"], "next_confidence": round(float(others[0]["confidence"]), 4)}

    @property
    def pressed_a_button(self) -> bool:
        return self.text.startswith("/")

    @property
    def language(self) -> str:
        spoken = self.memory("language") or self.metadata.get("language")
        return spoken if spoken in LANGUAGES else "en"

    def memory(self, slot: str) -> Any:
        return self._written.get(slot, self._slots.get(slot))

    def remember(self, **slots: Any) -> None:
        self._written.update(slots)

    def begins(self) -> None:
        """What was offered, done or told last is good for this message only."""
        self.offered, self.done, self.told, self.last = (
            self.memory("offer") or {},
            self.memory("done"),
            self.memory("told"),
            self.memory("last"),
        )
        if self.offered.get("of") == "guesses":  # two intents, of which she may choose; else they are gone
            self.guesses, self.offered = self.offered["intents"], {}
        self.listed = self.memory("listed") or []
        self._takes_up_unclear(self.memory("unclear") or [])
        self.remember(offer=None, done=None, told=None, last=None, listed=None, unclear=None)

    def is_heard(self) -> None:
        """The whole of it, whatever part of it is taken up: sent once more, word for word, it is the same."""
        self.heard_twice = manners.is_same(self.text, self.memory("heard"))
        self.remember(heard=" ".join(self.text[:200].split()))

    def _takes_up_unclear(self, facts: list[dict[str, Any]]) -> None:
        """What she named in a message that was not understood is said, once she tells what it was about."""
        now = self.message.get("entities") or []
        named = {each["entity"] for each in now}
        kept = [each for each in facts if each["entity"] not in named]
        self.message = {**self.message, "entities": [*kept, *now]}

    def is_about(self, part: dict[str, Any]) -> None:
        """From now on only this part of the message counts."""
        self.message = {**part, "metadata": self.metadata}

    def wants(self, intent: str) -> None:
        """From now on that is what the message is about, surely."""
        self.is_about({**self.message, "intent": {"name": intent, "confidence": 1.0}})

    def wish(self) -> dict[str, Any]:
        """What she says now, and where the work stood before, so that it can be taken up later."""
        said = {part: self.message.get(part) for part in ("text", "intent", "entities")}
        return {"said": said, "flow": self._begun_with}

    def takes_up_wish(self) -> None:
        """From here on it is as if she had just said that again."""
        wish, self.wished = self.wished, {}
        self.message = {**wish["said"], "metadata": self.metadata}
        self._begun_with = wish["flow"]
        self.remember(**wish["flow"])
        self.begins()

    def forget_flow(self) -> None:
        """End whatever was being asked; the next yes or no belongs to nothing."""
        self.remember(**dict.fromkeys(FLOW_SLOTS))

    def events(self) -> list[dict[str, Any]]:
        return [SlotSet(name, value) for name, value in self._written.items()]

    def entity(self, name: str) -> str | None:
        """The last one wins, unless she refuses it."""
        wanted = self.wanted(name)
        return str(wanted[-1].get("value")) if wanted else None

    def wanted(self, name: str) -> list[dict[str, Any]]:
        """Those she names and does not refuse: both "not the 5 giga one, the 20" and "the 20, not the 5" mean
        the 20. "No la de 5" alone means the 5, but for "no quiero la de 5"."""
        found = [e for e in self.message.get("entities") or [] if e.get("entity") == name]
        if name != "amount":  # too much is what she complains of
            found = [each for each in found if not manners.is_disliked(self.text, each.get("end"))]
        wanted = [e for e in found if not manners.is_refused(self.said, e.get("start"))]
        return wanted or [e for e in found if not manners.is_unwanted(self.said, e.get("start"))]

    @property
    def home_money(self) -> str:
        """The currency of her market; empty where that is not known."""
        return HOME.get(self.metadata.get("market") or "", "")

    @property
    def names_other_money(self) -> bool:
        """Twenty dollars are not twenty pesos."""
        named = self.entity("currency") or ""
        is_code = len(named) == CODE and named.isupper()
        return bool(self.home_money) and is_code and named != self.home_money

    def facts(self) -> list[dict[str, Any]]:
        """What this message names, without where it stands there."""
        return [{"entity": name, "value": value} for name, value in self.entities().items()]

    def entities(self) -> dict[str, str]:
        """What was mentioned, without the language, which is no fact of the matter."""
        found = {e["entity"]: str(e["value"]) for e in self.message.get("entities") or []}
        found.pop("language", None)
        return found

    def say(self, response: str, buttons: list[dict[str, str]] | None = None, **words: Any) -> None:
        if not self.silent:
            self.dispatcher.utter_message(response=response, buttons=buttons or [], **words)

    def tell(self, told: str, **words: str) -> None:
        """A response by its name, or a sentence, with these words in it."""
        if told.startswith("utter_"):
            self.say(told, **words)
        else:
            self.say("utter_told", sentence=told.format(**words) if words else told)

    def show(self, **custom: Any) -> None:
        """Something the application renders or keeps: a pay card, the language, what was understood."""
        self.dispatcher.utter_message(json_message=custom)

    def stay_silent(self) -> None:
        self.silent = True
        self.dispatcher.messages.clear()
