"""Data that is used up: a pack is offered, and what she says next is about packs."""

import re

from actions.abroad import PACK, takes_it, wants_the_cheapest, wants_the_small_one
from actions.amounts import price_in
from actions.neighbours import PLAN
from actions.plain import plain
from actions.sizes import big_one_in
from actions.titles import TITLES
from actions.turn import NOT_UNDERSTOOD, Turn

# "Quanto é pra por mais", "how much for more".
MORE = re.compile(
    r"\b(?:more|extra|mais|mas (?:datos|gigas?|megas|internet)"
    r"|(?:por|pon\w*|un poco|algo|quiero|necesito|ocupo|compr\w+|dame) mas)\b"
)
TAKEN_FOR = ("buy_addon", "list_plans", "change_plan", "affirm", *NOT_UNDERSTOOD)
PAYS = ("top_up", "check_balance")


def offer(turn: Turn) -> None:
    """After the figures of a line without data."""
    turn.say("utter_usage_used_up", [{"title": TITLES["buy_addon"][turn.language], "payload": "/buy_addon"}])
    offered(turn)


def offered(turn: Turn) -> None:
    """What was told last offered a pack; the next message knows."""
    turn.remember(last={**(turn.memory("last") or {}), "offers": "pack"})


def wants_a_pack(turn: Turn) -> bool:
    """Whether, right after a pack was offered for data that is used up, or one was refused, it is a pack that
    she wants or asks about, and no plan."""
    said = plain(turn.text)
    if (turn.last or {}).get("offers") != "pack" or PLAN.search(said):
        return False
    if turn.intent not in TAKEN_FOR and not (turn.is_unsure and turn.intent in PAYS):
        return False
    names_one = any(each.search(said) for each in (PACK, MORE))
    names_one = names_one or bool(price_in(turn.text) or turn.entity("data_volume"))
    takes = takes_it(said) and not turn.does("understood")
    by_size = wants_the_small_one(said) or big_one_in(turn.text) is not None
    chooses = wants_the_cheapest(said) or by_size or takes
    return names_one or chooses or turn.does("asks_price")
