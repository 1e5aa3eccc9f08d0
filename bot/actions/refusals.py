"""What the bot says when the application refuses."""

from actions import handover, verification
from actions.app_client import Refused
from actions.turn import Turn

SAID_OUR_WAY = {"nothing_to_pay": "utter_nothing_to_pay", "no_bill": "utter_no_bill"}


async def explain(turn: Turn, refusal: Refused) -> None:
    """Silence when a person owns the conversation; else the reason, and a way on."""
    if refusal.code == "conversation_not_with_bot":
        turn.stay_silent()
    elif refusal.code == "not_verified":
        await verification.offer(turn, refusal)
    elif refusal.code in SAID_OUR_WAY:
        turn.say(SAID_OUR_WAY[refusal.code])
    elif refusal.message:
        handover.offer(turn, "utter_refused", reason="refused", message=refusal.message)
    else:
        await handover.hand_over(turn, "refused")
