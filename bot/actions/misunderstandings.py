"""When the bot does not understand: ask once what is meant, then let a person help."""

from collections.abc import Sequence

from actions import articles, handover
from actions.action import CareAction
from actions.plain import words
from actions.tasks import replying
from actions.tasks.placing import COMMON
from actions.titles import TITLES
from actions.turn import Turn

OFTEN_MEANT = ("check_balance", "check_usage", "view_bill", "change_plan")
SUGGESTED = 2
SURE = 0.6


class ActionNotUnderstood(CareAction):
    intent = "nlu_fallback"
    understood = False
    resolves = False

    async def answer(self, turn: Turn) -> None:
        if _wants_the_person(turn):
            await handover.hand_over(turn, turn.offered["reason"])
            return
        if _tells_more(turn):
            found = {**turn.offered["found"], "told": turn.text[: handover.QUOTED_LETTERS]}
            turn.remember(offer={**turn.offered, "found": found}, told=turn.told, last=turn.last)
            turn.say("utter_noted")
            turn.say("utter_traced_enough")
            return
        if _only_closes(turn):
            turn.remember(last=turn.last)
            turn.say("utter_anything_else")
            return
        if turn.intent != "out_of_scope" and not turn.offered and await articles.answers(turn):
            return
        if replying.asks_about_last(turn):
            turn.remember(told=turn.told, last=turn.last)
            turn.say("utter_cannot_tell")
            return
        if turn.memory("misunderstood"):
            await handover.hand_over(turn, "not_understood", "utter_handover_not_understood")
            return
        guesses = {"of": "guesses", "intents": [*_likely(turn)][:SUGGESTED]}
        turn.remember(misunderstood=1, offer=turn.offered or guesses, told=turn.told, last=turn.last)
        turn.remember(listed=turn.listed, unclear=turn.facts() or None)
        self.ask(turn)

    def ask(self, turn: Turn) -> None:
        turn.say("utter_clarify", _buttons(_likely(turn), turn.language))


class ActionOutOfScope(ActionNotUnderstood):
    """What is surely nothing of ours is declined as often as it comes; nobody need be called for it."""

    intent = "out_of_scope"

    async def answer(self, turn: Turn) -> None:
        if turn.confidence < SURE or turn.offered or not COMMON & words(turn.text):
            await super().answer(turn)
        else:
            turn.remember(told=turn.told, last=turn.last)
            self.ask(turn)

    def ask(self, turn: Turn) -> None:
        turn.say("utter_out_of_scope", _buttons(OFTEN_MEANT, turn.language))


def _wants_the_person(turn: Turn) -> bool:
    """ "Sí, que lo revise alguien", when one was offered."""
    kind, sure = turn.reply
    offered = turn.offered.get("of") == "person" and "?" not in turn.text
    return offered and kind == "agrees" and sure >= replying.CERTAIN


def _tells_more(turn: Turn) -> bool:
    """ "It was 149, I have the receipt here": of the matter that a person was offered for."""
    kind, _ = turn.reply
    tells = kind in ("tells", "answers") or (
        turn.facts() and kind not in (*replying.ASKS, *replying.LEAVES_IT)
    )
    return turn.offered.get("of") == "person" and bool(tells) and "?" not in turn.text


def _only_closes(turn: Turn) -> bool:
    """ "Ok, will manage with the hotspot then": it takes note of what was told, and wants nothing."""
    return turn.last is not None and turn.does(*replying.LEAVES_IT, "agrees") and "?" not in turn.text


def _likely(turn: Turn) -> Sequence[str]:
    guesses = [intent for intent in turn.ranking if intent in TITLES and intent != "talk_to_agent"]
    return guesses[:SUGGESTED] or OFTEN_MEANT


def _buttons(intents: Sequence[str], language: str) -> list[dict[str, str]]:
    return [
        {"title": TITLES[intent][language], "payload": f"/{intent}"} for intent in [*intents, "talk_to_agent"]
    ]
