"""Changing the plan of a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions import comparing, handover, session, shared_plan, tax
from actions.abroad import PACK
from actions.amounts import price_in, priced_as
from actions.app_client import Answer
from actions.changing_back import asks_to_change_back
from actions.cheapest import CHEAPEST
from actions.holding_back import names_freely
from actions.plain import plain
from actions.plan_held import is_hers
from actions.plan_relations import SAID as RELATIONS
from actions.plan_relations import SMALLER, by_relation, relation_in, wants_less
from actions.plan_talk import pointed_at, points
from actions.tasks.question import Answers, Option, Question, prices_one
from actions.tasks.task import Task
from actions.tasks.which_line import is_active, is_mobile, which_line
from actions.turn import Turn

SIZE = re.compile(
    r"\b(?:el|la|al|o|ao|no|na|pro|pra|the) (?:de )?(\d{1,2})(?<!9)(?: one)?$"
)  # what ends in nine is a price
SIZED = re.compile(r"(5|20) ?GB$")  # what plans are called by
# A bill at the end of the month instead of credit.
POSTPAID = re.compile(
    r"\b(?:pos(?:t ?)? ?pa(?:id|g\w+)|(?:para|pra|al|pro|go|to) pos"
    r"|(?:monthly|mensal|mensual) (?:bill|contract|contrato|conta|fatura|factura)"
    r"|(?:conta|fatura|factura|recibo|boleta|bill)(?: \w+){0,3}"
    r" (?:no fim|a fin(?:al)?|al final|end|cada|todo|every)(?: \w+){0,2} (?:mes|month))\b"
)


@dataclass(frozen=True)
class WhichPlan(Question):
    """By its name, its size ("me bota no de 20"), its price, as the cheapest there is, or by what it is to
    another: "igual ao meu", "el que sigue". The one she has, or leaves, is not what she wants."""

    def _named(self, turn: Turn) -> str | None:
        pressed = turn.pressed_a_button
        wanted = [each for each in turn.wanted(self.entity) if pressed or not is_hers(turn, each)]
        return str(wanted[-1]["value"]) if wanted else None

    def mentioned(self, turn: Turn) -> str | None:
        """A price that points at one goes before what was told last."""
        pressed = turn.pressed_a_button
        said = self._named(turn) or (None if pressed or "?" in turn.text else price_in(turn.text))
        if said is None and turn.intent == "change_plan" and (size := SIZE.search(plain(turn.text))):
            return f"{size[1]}gb"
        size = SIZED.match(turn.entity("data_volume") or "")
        asked = (turn.memory("work") or {}).get("asking") == self.slot
        orders = turn.intent == "change_plan" or "?" not in turn.text
        orders = orders and not turn.pressed_a_button and not names_freely(PACK, turn.text)
        if said is None and size and (asked or (orders and turn.intent == "change_plan")):
            return f"{size[1]}gb"
        if said is None and orders and (relation := relation_in(turn.text)):
            return relation
        if orders and CHEAPEST.search(plain(turn.text)):
            return "cheapest"  # whatever she says of the one she has
        is_it = said is None and orders
        if said is None and turn.intent == "change_plan":
            said = turn.entity("amount")
        if is_it and (said is None or points(turn)):
            said = pointed_at(turn) or said
        looks_for_less = said is None and orders and turn.intent == "change_plan" and wants_less(turn.text)
        return SMALLER if looks_for_less else said

    def fits(self, said: str, options: Sequence[Option]) -> bool:
        return prices_one(said, options)

    def only_narrows(self, said: str) -> bool:
        return said == SMALLER

    def tells_one(self, said: str) -> bool:
        """What she pays, or wants to, is no plan's name, nor is what it is to another."""
        return said not in (*RELATIONS, SMALLER) and (not said[:1].isdigit() or said.endswith("gb"))


async def plans(turn: Turn, answers: Answers) -> list[Option]:
    """Cheapest first."""
    told = (await turn.app.plans(answers["line_id"]))["plans"]
    called = by_relation(told, await session.lines_of(turn), answers["line_id"])
    if told:
        called["cheapest"] = [told[0]["code"]]
    return [
        _option(plan, [plan["name"], *(name for name, codes in called.items() if plan["code"] in codes)])
        for plan in told
    ]


def _option(plan: Answer, names: Sequence[str]) -> Option:
    """The price of her own plan is what she pays now, not what she wants."""
    code, name = plan["code"], plan["name"]
    if plan.get("current"):
        return Option(code, name, names, instead="utter_same_plan", ranked=True)
    return Option(code, f"{name} · {plan['price_text']}", [*names, *priced_as(plan["price"])], ranked=True)


class ChangePlan(Task):
    intent = "change_plan"
    kind = "change_plan"
    akin = ("buy_addon",)
    changes = True
    asked_on = {"asks_risk": "utter_plan_changed_back"}
    questions = (
        which_line(is_active, none="utter_no_active_line"),
        WhichPlan(
            "plan_name",
            "utter_ask_plan",
            entity="plan_name",
            options=plans,
            none="utter_no_other_plan",
            about="plan plano",
            unknown="utter_not_offered",
        ),
    )

    def speaks_beside(self, turn: Turn) -> bool:
        """The plan that she would go back to is none that she wants now, nor are two that she compares."""
        asks = shared_plan.asks_about_it(turn) or tax.only_asks_about_it(turn)
        return asks or asks_to_change_back(turn) or comparing.compares(turn)

    def aside(self, turn: Turn) -> str:
        return "utter_plan_changed_back" if asks_to_change_back(turn) else super().aside(turn)

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        if tax.asks_about_it(turn):
            await tax.tell(turn)
            return True
        compares = comparing.compares(turn)
        if not compares and not shared_plan.asks_about_it(turn):
            return False
        offered = (await turn.app.plans(answers.get("line_id")))["plans"]
        if not compares:
            return shared_plan.tell(turn, offered)
        plans = comparing.compared(offered, turn)
        if plans:
            turn.say("utter_plans", plans=comparing.told(plans))
        return bool(plans)

    def gives_way(self, turn: Turn) -> bool:
        return turn.intent == "buy_addon" and names_freely(PACK, turn.text)

    async def begins(self, turn: Turn) -> bool:
        """From credit to a monthly bill somebody must see who she is, so a person does it."""
        if turn.pressed_a_button or not POSTPAID.search(plain(turn.text)):
            return True
        mobile = [each for each in await session.lines_of(turn) if is_mobile(each)]
        if not mobile or any(each["mode"] == "postpaid" for each in mobile):
            return True
        await handover.hand_over(turn, "asked", "utter_handover_postpaid")
        return False

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"line_id": answers["line_id"], "offer_code": answers["plan_name"]}
