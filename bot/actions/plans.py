"""Plans: what is offered; each can be chosen at once."""

import json
import re

from actions import comparing, handover, shared_plan, tax
from actions.action import CareAction
from actions.app_client import Answer
from actions.plain import plain, words
from actions.plan_talk import of_size, price_of
from actions.tasks import meeting
from actions.turn import Turn

AT_HOME = {
    "fibre": re.compile(
        r"\b(?:fib(?:ra|re|er)|(?:internet|wifi|net) (?:(?:de|da|em|at|for|la) )*(?:casa|home)"
        r"|home internet|broadband)\b"
    ),
    "tv": re.compile(r"\b(?:tv|tele|televis\w+|canales|canais|channels)\b"),
}
# "Now I have wifi at home" asks for none.
HAS_IT = re.compile(
    r"\b(?:have|got|has|tengo|tenemos|hay|tenho|temos|con|with|com) (?:\w+ )?"
    r"(?:wi ?fi|internet|fibra|fibre)\b"
    r"(?: \w+){0,2} (?:home|casa)\b"
)
COVERAGE = re.compile(
    r"\b(?:hay|llega|tem|chega|available|reach\w*|cover\w*|cobertura)\b.*\b(?:en|in|at|em|no|na|a|to)\b"
)
LESS_OR_MORE = re.compile(
    r"\b(?:cheap\w*|less|lower|smaller|bigger|faster|more|better|barat\w+|economic\w+|menos|menor|mayor|maior|mas"
    r"|mais|rapid\w+|otro|otra|outro|outra|another|other)\b"
)
FAMILY = re.compile(r"\bfamil\w+")
MODES = {
    "prepaid": words("prepaid prepago prepagado pre prepay"),
    "postpaid": words("postpaid pospago postpago pos"),
}


def service_of(turn: Turn) -> str | None:
    """What she asks for besides telephones, or the plan she names is; None where that is nothing, or both."""
    text = turn.text
    if (turn.entity("plan_name") or "").startswith("fibra"):
        return "fibre"
    said = HAS_IT.sub(" ", plain(text))
    named = [service for service, called in AT_HOME.items() if called.search(said)]
    return named[0] if len(named) == 1 else None


def asked_for(plans: list[Answer], text: str, name: str | None) -> list[Answer]:
    """Those of the kind, or of the name, that she says, where there are such."""
    if named := [each for each in plans if each["code"] == name] or of_size(plans, text):
        return named
    if FAMILY.search(plain(text)):
        meant = [each for each in plans if FAMILY.search(plain(each["name"]))]
        return meant or plans
    modes = [mode for mode, called in MODES.items() if called & words(text)]
    meant = [each for each in plans if each["mode"] in modes]
    return meant if len(modes) == 1 and meant else plans


def _named(turn: Turn, offered: list[Answer]) -> str | None:
    """The plan that she asks about; her own, where she looks for less or more, is none."""
    name = turn.entity("plan_name")
    is_hers = any(each.get("current") for each in offered if each["code"] == name)
    return None if is_hers and LESS_OR_MORE.search(plain(turn.text)) else name


BUTTONS = 8


class ActionListPlans(CareAction):
    intent = "list_plans"

    async def answer(self, turn: Turn) -> None:
        """A plan that she names while she changes hers is the one she will have."""
        meeting.keeps_in_mind(turn, "change_plan")
        offered = (await turn.app.plans(None, service_of(turn)))["plans"]
        compares = comparing.compares(turn)
        if not compares and shared_plan.asks_about_it(turn) and shared_plan.tell(turn, offered):
            turn.remember(listed=turn.listed)
            return
        asked = asked_for(offered, turn.text, _named(turn, offered) or price_of(turn))
        plans = comparing.compared(offered, turn) or asked
        turn.remember(listed=list(dict.fromkeys(each["code"] for each in plans)))
        if not plans:
            handover.offer(turn, "utter_no_other_plan")
            return
        buttons = [
            {
                "title": f"{plan['name']} · {plan['price_text']}",
                "payload": "/change_plan" + json.dumps({"plan_name": plan["code"]}),
            }
            for plan in plans
            if not plan.get("current")
        ]
        turn.say("utter_plans", buttons[:BUTTONS], plans=comparing.told(plans))
        if tax.asks_about_it(turn):
            await tax.tell(turn)
        if COVERAGE.search(plain(turn.text)) and service_of(turn) == "fibre":
            handover.offer(turn, "utter_coverage")
