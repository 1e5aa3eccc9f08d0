"""Whatever a person should do: asked for by name, or too weighty for a bot."""

from actions import handover
from actions.action import CareAction
from actions.turn import Turn

OWN_WORDS = {
    "report_lost_sim": "utter_handover_urgent",
    "dispute_charge": "utter_handover_sorry",
    "payment_failed": "utter_handover_sorry",
    "request_refund": "utter_handover_sorry",
}


class ActionHandOver(CareAction):
    resolves = False
    interrupts = True

    def name(self) -> str:
        return "action_hand_over"

    async def answer(self, turn: Turn) -> None:
        reason = "asked"
        if turn.intent == "talk_to_agent" and turn.memory("awaiting") == "person":
            reason = turn.memory("handover_reason") or reason
        await handover.hand_over(turn, reason, OWN_WORDS.get(turn.intent, "utter_handover"))
