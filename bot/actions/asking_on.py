"""What seems to be another matter, and only asks on about what was just told."""

from actions import abroad, more_data
from actions.neighbours import ASKS_ON
from actions.plain import plain
from actions.tasks import check_usage
from actions.turn import Turn

CERTAIN = 0.75  # of another matter


def asked_on(turn: Turn) -> str:
    """The intent it belongs to; empty where it asks for something else."""
    task = (turn.told or {}).get("task", "")
    if abroad.wants_a_pack(turn) or more_data.wants_a_pack(turn):
        return "buy_addon"
    if abroad.travels(turn) or _asks_about_use_abroad(turn, task):
        return "roaming_info"
    last = turn.last or {}
    comes = last.get("task") == "port_number" and last["answers"].get("direction") == "in"
    if comes and turn.does("asks_price"):
        return "list_plans"
    if turn.confidence >= CERTAIN:
        return ""
    if told := _asks_about_what_was_told(turn):
        return told
    asks = task in ASKS_ON and ASKS_ON[task].is_meant(turn.intent, plain(turn.text))
    return ASKS_ON[task].intent if asks else ""


def _asks_about_what_was_told(turn: Turn) -> str:
    """One of the packs for abroad; when the allowance comes back, though it seems to stop."""
    if abroad.asks_about_packs(turn):
        return "roaming_info"
    of_usage = (turn.last or {}).get("task") == "check_usage" and turn.intent == "stop_flow"
    return "check_usage" if of_usage and check_usage.asks_when_it_ends(turn) else ""


def _asks_about_use_abroad(turn: Turn, task: str) -> bool:
    """From when a pack's days count, or what to switch on there."""
    of_packs = task == "roaming_info" or (turn.last or {}).get("task") == "buy_addon"
    of_there = task == "roaming_info" or turn.done
    counts = of_packs and abroad.asks_when_it_counts(turn)
    return counts or bool(of_there and abroad.asks_what_to_switch_on(turn))
