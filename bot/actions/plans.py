"""Plans: what is offered, changing to one, and the yes or no before it happens."""

from actions import handover, plan_change
from actions.action import CareAction
from actions.turn import Turn


class ActionListPlans(CareAction):
    def name(self) -> str:
        return "action_list_plans"

    async def answer(self, turn: Turn) -> None:
        plans = (await turn.app.plans(turn.memory("line_id")))["plans"]
        if not plans:
            handover.offer(turn, "utter_no_other_plan")
            return
        told = [f"• {plan['name']}: {plan['price_text']} ({plan['allowances_text']})" for plan in plans]
        others = [plan for plan in plans if not plan.get("current")]
        turn.say("utter_plans", plan_change.buttons_for(others), plans="\n".join(told))


class ActionChangePlan(CareAction):
    def name(self) -> str:
        return "action_change_plan"

    async def answer(self, turn: Turn) -> None:
        await plan_change.proceed(turn)


class ActionAffirm(CareAction):
    resolves = False

    def name(self) -> str:
        return "action_affirm"

    async def answer(self, turn: Turn) -> None:
        awaiting = turn.memory("awaiting")
        if awaiting == "confirm":
            await plan_change.confirm(turn)
        elif awaiting == "person":
            await handover.hand_over(turn, turn.memory("handover_reason") or "asked")
        else:
            turn.say("utter_how_can_i_help")


class ActionDeny(CareAction):
    resolves = False

    def name(self) -> str:
        return "action_deny"

    async def answer(self, turn: Turn) -> None:
        _stop(turn, otherwise="utter_anything_else")


class ActionStopFlow(CareAction):
    resolves = False
    interrupts = True

    def name(self) -> str:
        return "action_stop_flow"

    async def answer(self, turn: Turn) -> None:
        _stop(turn, otherwise="utter_stopped")


def _stop(turn: Turn, otherwise: str) -> None:
    changing = turn.memory("task") == plan_change.TASK and turn.memory("awaiting") != "person"
    turn.say("utter_plan_unchanged" if changing else otherwise)
    turn.forget_flow()
