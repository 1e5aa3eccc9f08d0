"""What seems to be another matter, and only asks on about what was just told."""

import re

from actions import abroad
from actions.plain import plain
from actions.turn import Turn

CERTAIN = 0.75  # of another matter
SMALL_TALK = ("goodbye", "greet", "out_of_scope", "nlu_fallback")
# After which task which words ask on, whichever intent they are taken for.
ASKS_ON = {
    "roaming_info": (
        re.compile(r"^(?:e|y|and|what if|how much|quanto|cuanto|a como)\b"),
        ("check_usage", "check_balance", "list_plans", "port_number", "network_problem"),
    ),
    "check_balance": (
        re.compile(
            r"\b(?:until|till|valid|expires?|vence|caduca|vale ate|hasta cuando|ate quando|validade)\b"
        ),
        ("view_bill", "make_payment", "ticket_status", *SMALL_TALK),
    ),
    "port_number": (
        re.compile(
            r"\b(?:how (?:long|many days)|cuant\w+ (?:tiempo|tarda\w*|dias)|quant\w+ (?:tempo|dias))\b"
        ),
        ("list_plans", "check_usage", "ticket_status", "activate_sim", *SMALL_TALK),
    ),
    "check_usage": (
        re.compile(
            r"\b(?:nomas|nada mas|solo|only|just|so|tan poco|tao pouco)\b.{0,12}\b(?:eso|that|isso)\b"
        ),
        ("dispute_charge", *SMALL_TALK),
    ),
}
LEADS_TO = {"check_usage": "buy_addon"}  # who has too little left may have more


def asked_on(turn: Turn) -> str:
    """The intent it belongs to; empty where it asks for something else."""
    task = (turn.told or {}).get("task", "")
    said = plain(turn.text)
    if abroad.wants_a_pack(turn):
        return "buy_addon"
    if abroad.travels(turn) or _asks_about_use_abroad(turn, task):
        return "roaming_info"
    last = turn.last or {}
    comes = last.get("task") == "port_number" and last["answers"].get("direction") == "in"
    if comes and turn.does("asks_price"):
        return "list_plans"
    if turn.confidence >= CERTAIN:
        return ""
    words, of = ASKS_ON.get(task, (None, ()))
    asks = words is not None and turn.intent in of and words.search(said) is not None
    return LEADS_TO.get(task, task) if asks or abroad.asks_about_packs(turn) else ""


def _asks_about_use_abroad(turn: Turn, task: str) -> bool:
    """From when a pack's days count, or what to switch on there."""
    of_packs = task == "roaming_info" or (turn.last or {}).get("task") == "buy_addon"
    of_there = task == "roaming_info" or turn.done
    counts = of_packs and abroad.asks_when_it_counts(turn)
    return counts or bool(of_there and abroad.asks_what_to_switch_on(turn))
