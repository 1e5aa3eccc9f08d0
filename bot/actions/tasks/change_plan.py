"""Changing the plan of a line."""

from actions.app_client import Answer
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.which_line import is_active, which_line
from actions.turn import Turn


async def plans(turn: Turn, answers: Answers) -> list[Option]:
    told = (await turn.app.plans(answers["line_id"]))["plans"]
    return [
        Option(
            plan["code"],
            f"{plan['name']} · {plan['price_text']}",
            (plan["name"],),
            instead="utter_same_plan" if plan.get("current") else "",
            ranked=True,
        )
        for plan in told
    ]


class ChangePlan(Task):
    intent = "change_plan"
    kind = "change_plan"
    questions = (
        which_line(is_active, none="utter_no_active_line"),
        Question(
            "plan_name",
            "utter_ask_plan",
            entity="plan_name",
            options=plans,
            none="utter_no_other_plan",
            about="plan plano",
            unknown="utter_not_offered",
        ),
    )

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"line_id": answers["line_id"], "offer_code": answers["plan_name"]}
