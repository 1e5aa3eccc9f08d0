"""What she says of plans that were just listed, or by a plan's name, whatever it was taken for."""

import re
from collections.abc import Sequence

from actions import comparing
from actions.abroad import PACK
from actions.amounts import price_in
from actions.app_client import Answer
from actions.plain import plain
from actions.sizes import size_of
from actions.turn import Turn

LIKELY = 0.65  # of a yes; what it leads to is asked once more
HARDLY = 0.35
OF_HER_OWN = ("check_usage", "check_balance", "view_bill", "network_problem")
MAY_MEAN_IT = ("list_plans", "affirm", "goodbye", "thank", "greet")  # "ok that one then"
WITHOUT_END = "max-unlimited"
CHOOSE_AMONG_THEM = ("change_plan", "cancel_service", "buy_addon")  # these hear it as an answer
_THIS = "(?:ese|esa|esse|essa)"
POINTS = re.compile(
    r"\b(?:that one|this one|(?:put|get|move|switch) me (?:on|to)"
    rf"|(?:a|para|pra|por|con|com|quiero|dame|ponme|quero|me bota no) {_THIS}"
    rf"|{_THIS} (?:mismo|misma|mesmo|mesma))\b"
)


def about_plans(turn: Turn) -> str:
    """The intent; empty where it is about something else."""
    is_clear = not turn.is_unsure and turn.intent not in MAY_MEAN_IT and not _means_a_plan(turn)
    is_clear = is_clear and not (turn.intent == "change_plan" and comparing.compares(turn))
    under_way = (turn.memory("work") or {}).get("task", "")
    if turn.pressed_a_button or is_clear or under_way in CHOOSE_AMONG_THEM:
        return ""
    if comparing.compares(turn):
        return "list_plans"
    named = turn.entity("plan_name") is not None
    size = (turn.listed or "plan_name" in turn.entities()) and size_of(turn.text)
    asks_when = len(turn.listed) == 1 and turn.does("asks_when")  # which the proposal tells
    if turn.listed and (_agrees(turn) or asks_when or points(turn) or _prices_one(turn)):
        return "change_plan"
    if not named and not size and not (turn.listed and turn.does("asks_price")):
        return ""
    believed = turn.intent == "list_plans" and not turn.is_unsure
    asks = believed or turn.text.rstrip().endswith("?") or _asks_price(turn) or turn.does("asks_how")
    if asks or not named or (size and under_way):
        return "list_plans"
    return "" if under_way else "change_plan"


def _means_a_plan(turn: Turn) -> bool:
    """Whether what seems to be a pack is a plan: no pack is called so, or it is one of those just listed; or
    her own, which she would call otherwise than by its name."""
    if turn.intent == "buy_addon":
        is_listed = bool(turn.listed and size_of(turn.text)) and not PACK.search(plain(turn.text))
        return is_listed or turn.entity("plan_name") == WITHOUT_END
    return turn.intent in OF_HER_OWN and turn.entity("plan_name") is not None and _asks_price(turn)


def _prices_one(turn: Turn) -> bool:
    """ "Not the 399, the 199 one"."""
    return turn.does("answers") and "?" not in turn.text and price_in(turn.text) is not None


def _asks_price(turn: Turn) -> bool:
    """Where a plan is named less is enough than elsewhere."""
    kind, sure = turn.reply
    return kind == "asks_price" and sure >= HARDLY


def _agrees(turn: Turn) -> bool:
    kind, sure = turn.reply
    return kind == "agrees" and sure >= LIKELY


def points(turn: Turn) -> bool:
    return POINTS.search(plain(turn.text)) is not None


def pointed_at(turn: Turn) -> str | None:
    """The one plan that was listed, where she means none by its name."""
    return turn.listed[0] if len(turn.listed) == 1 and turn.entity("plan_name") is None else None


def price_of(turn: Turn) -> str | None:
    """The one that was listed, where she asks what it costs."""
    return pointed_at(turn) if turn.does("asks_price") and not size_of(turn.text) else None


def of_size(plans: Sequence[Answer], text: str) -> list[Answer]:
    """The small, the middle or the big one of several names, in each way it is paid; told cheapest first."""
    names = list(dict.fromkeys(each["code"] for each in plans))
    place = {"little": 0, "middle": (len(names) - 1) // 2, "much": len(names) - 1}.get(size_of(text))
    return [] if place is None else [each for each in plans if each["code"] == names[place]]
