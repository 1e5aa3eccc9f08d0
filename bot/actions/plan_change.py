"""Changing a plan in a chat: which line, which plan, what it costs, a yes, and then once."""

import json

from actions import catalogue, handover, lines, session
from actions.app_client import Answer, Refused
from actions.turn import Turn

TASK = "change_plan"
BUTTONS = 8


async def proceed(turn: Turn) -> None:
    """Ask for what is missing, or show what the change costs and ask for a yes."""
    wanted = turn.entity("plan_name") or _kept(turn, "plan_code")
    owned = [line for line in await session.lines_of(turn) if line.get("status") == "active"]
    if not owned:
        handover.offer(turn, "utter_no_active_line")
        return
    line = lines.chosen(turn, owned, TASK)
    turn.remember(plan_code=wanted, quote=None)
    if line is None:
        lines.ask(turn, owned, TASK)
        return
    turn.remember(task=TASK, line_id=line["id"])
    plans = (await turn.app.plans(line["id"]))["plans"]
    plan = _one_of(turn, wanted, plans)
    if plan:
        await _quote(turn, line, plan)


async def confirm(turn: Turn) -> None:
    """The customer said yes. The application carries out a quote once, however often it is asked."""
    quote = turn.memory("quote")
    try:
        changed = await turn.app.change_plan(quote["id"])
    except Refused as refusal:
        if refusal.code != "quote_expired":
            raise
        turn.say("utter_quote_expired")
        await proceed(turn)
        return
    turn.say("utter_plan_changed", sentence=changed["sentence"])
    turn.forget_flow()


def remind(turn: Turn) -> None:
    """After another question was answered in between, the yes or no is still awaited."""
    turn.say("utter_confirm_reminder", plan=turn.memory("quote")["plan"])


def names_another_plan(turn: Turn) -> bool:
    """Whether the message answers or corrects "which plan?", whatever its intent seems to be."""
    plan = turn.entity("plan_name")
    awaiting = turn.memory("awaiting")
    if plan is None or turn.memory("task") != TASK:
        return False
    if awaiting == "confirm":
        quoted = {"code": turn.memory("plan_code"), "name": turn.memory("quote")["plan"]}
        return not catalogue.matching(plan, [quoted])
    return bool(awaiting == "plan")


async def _quote(turn: Turn, line: Answer, plan: Answer) -> None:
    quote = await turn.app.quote_plan_change(line["id"], plan["code"])
    turn.remember(
        awaiting="confirm",
        plan_code=plan["code"],
        quote={"id": quote["quote_id"], "plan": quote["plan"]},
    )
    turn.say("utter_plan_quote", sentence=quote["sentence"])


def _one_of(turn: Turn, wanted: str | None, plans: list[Answer]) -> Answer | None:
    """The plan wanted; None after asking the customer to choose."""
    meant = catalogue.matching(wanted, plans) if wanted else []
    others = [plan for plan in meant if not plan.get("current")]
    if len(others) == 1:
        return others[0]
    if meant and not others:
        turn.say("utter_same_plan", plan=meant[0]["name"])
    _ask_plan(turn, others or [plan for plan in plans if not plan.get("current")])
    return None


def _ask_plan(turn: Turn, plans: list[Answer]) -> None:
    if not plans:
        handover.offer(turn, "utter_no_other_plan")
        return
    turn.remember(awaiting="plan", plan_code=None)
    turn.say("utter_ask_plan", buttons_for(plans))


def buttons_for(plans: list[Answer]) -> list[Answer]:
    return [
        {
            "title": f"{plan['name']} · {plan['price_text']}",
            "payload": f"/{TASK}" + json.dumps({"plan_name": plan["code"]}),
        }
        for plan in plans[:BUTTONS]
    ]


def _kept(turn: Turn, slot: str) -> str | None:
    """What was said earlier in this same change; nothing from one that has ended."""
    return turn.memory(slot) if turn.memory("task") == TASK and turn.memory("awaiting") else None
