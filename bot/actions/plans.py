"""Plans: what is offered; each can be chosen at once."""

import json

from actions import handover
from actions.action import CareAction
from actions.turn import Turn

BUTTONS = 8


class ActionListPlans(CareAction):
    intent = "list_plans"

    async def answer(self, turn: Turn) -> None:
        plans = (await turn.app.plans(None))["plans"]
        if not plans:
            handover.offer(turn, "utter_no_other_plan")
            return
        told = [f"• {plan['name']}: {plan['price_text']} ({plan['allowances_text']})" for plan in plans]
        buttons = [
            {
                "title": f"{plan['name']} · {plan['price_text']}",
                "payload": "/change_plan" + json.dumps({"plan_name": plan["code"]}),
            }
            for plan in plans
            if not plan.get("current")
        ]
        turn.say("utter_plans", buttons[:BUTTONS], plans="\n".join(told))
