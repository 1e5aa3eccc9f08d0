"""Hello, thanks, goodbye, and the honest answer to "are you human?"."""

from actions import session
from actions.action import CareAction, one_for_each
from actions.app_client import AppUnavailable
from actions.turn import Turn

SAID = {
    "thank": "utter_welcome",
    "goodbye": "utter_goodbye",
    "bot_challenge": "utter_i_am_a_bot",
}


class ActionGreet(CareAction):
    intent = "greet"
    resolves = False

    async def answer(self, turn: Turn) -> None:
        try:
            customer = (await session.context_of(turn)).get("customer")
        except AppUnavailable:
            customer = None  # a greeting needs no name, and no apology for not knowing it
        if customer and customer.get("first_name"):
            turn.say("utter_greet_by_name", name=customer["first_name"])
        else:
            turn.say("utter_greet")


class SmallTalk(CareAction):
    intent = ""
    resolves = False

    async def answer(self, turn: Turn) -> None:
        turn.say(SAID[self.intent])


one_for_each(SAID, SmallTalk)
