"""Cases: how they are going."""

from actions import handover
from actions.action import CareAction
from actions.turn import Turn

SHOWN = 5


class ActionTicketStatus(CareAction):
    def name(self) -> str:
        return "action_ticket_status"

    async def answer(self, turn: Turn) -> None:
        tickets = (await turn.app.tickets())["tickets"]
        asked = (turn.entity("ticket_number") or "").upper()
        meant = [ticket for ticket in tickets if ticket["reference"] == asked] if asked else tickets
        if asked and not meant:
            handover.offer(turn, "utter_ticket_unknown", reference=asked)
        elif not meant:
            handover.offer(turn, "utter_no_tickets")
        else:
            told = [f"• {t['reference']} · {t['subject']}: {t['status_text']}" for t in meant[:SHOWN]]
            turn.say("utter_tickets", tickets="\n".join(told))
