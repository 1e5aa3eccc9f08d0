"""Whether a price that was told is with tax."""

import re

from actions import abroad, session
from actions.plain import CLAUSES, plain
from actions.turn import Turn

TAX = re.compile(r"\b(?:tax(?:es)?|gst|vat|iva|icms|impuest\w+|impost\w+|tribut\w+)\b")
# What was charged on a bill stands there.
ON_A_BILL = re.compile(
    r"\b(?:bills?|billed|charged|invoice|factura\w*|recibo|fatura\w*|conta|boleta|cobraron|cobraram)\b"
)
LONGEST = 15  # words
PRICED = ("roaming_info", "buy_addon", "change_plan")


def asks_about_it(turn: Turn) -> bool:
    said = plain(turn.text)
    asks = TAX.search(said) and not ON_A_BILL.search(said) and len(said.split()) <= LONGEST
    return bool(asks) and not turn.pressed_a_button


def only_asks_about_it(turn: Turn) -> bool:
    """ "The big one, is tax extra?" also chooses."""
    clauses = [each for each in CLAUSES.split(turn.text) if plain(each)]
    return asks_about_it(turn) and len(clauses) == 1 and not turn.facts()


async def answers_on(turn: Turn) -> bool:
    """Whether she asks it of the plans or packs that were told last."""
    last = (turn.last or {}).get("task")
    if not (turn.listed or last in PRICED) or not asks_about_it(turn):
        return False
    await tell(turn)
    if last in ("roaming_info", "buy_addon") and abroad.asks_when_it_counts(turn):
        turn.say("utter_pack_days")
    turn.remember(listed=turn.listed, told=turn.told, last=turn.last, done=turn.done)
    return True


async def tell(turn: Turn) -> None:
    """As it is in her market."""
    turn.say("utter_told", sentence=(await session.context_of(turn))["tax_text"])
