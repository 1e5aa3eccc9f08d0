"""Use abroad: what it costs her in a country, and what helps."""

import json
import re
from dataclasses import dataclass

from actions import handover
from actions.app_client import Answer, Refused
from actions.cities import country_in
from actions.plain import plain
from actions.tasks.for_customers import ForCustomers
from actions.tasks.question import Answers, Question
from actions.tasks.which_line import is_mobile, which_line
from actions.turn import Turn

KINDS = {
    "en": {"data": "data", "voice": "calls", "sms": "SMS"},
    "es": {"data": "datos", "voice": "llamadas", "sms": "SMS"},
    "pt": {"data": "dados", "voice": "ligações", "sms": "SMS"},
}


# "Last time in Singapore" is over.
BEFORE = re.compile(
    r"\b(?:last (?:time|year|month|trip)|when (?:i|we) (?:was|were|went)|ultima vez|vez pasada|outra vez"
    r"|ano pass?ado|(?:cuando|quando) (?:fui|fuimos|fomos|estuv\w+|estiv\w+))\b"
)
CLAUSE = re.compile(r"[,.;:!?\n]+|\b(?:and|so|y|e|but|pero|mas)\b")


def _not_of_before(turn: Turn) -> str | None:
    """The country she names where she does not tell of an earlier journey."""
    text, found = turn.text, []
    for each in turn.message.get("entities") or []:
        if each.get("entity") == "country" and each.get("start") is not None:
            clause = CLAUSE.split(text[: each["start"]])[-1]
            if not BEFORE.search(plain(clause)):
                found.append(str(each["value"]))
    return found[-1] if found else None


@dataclass(frozen=True)
class WhichCountry(Question):
    """By its name, or that of a town in it; the one just told, where she asks on about it."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if turn.pressed_a_button:
            return said
        if said:
            return _not_of_before(turn) or said
        told = turn.told or {}
        before = told["answers"].get(self.slot) if told.get("task") == "roaming_info" else None
        return country_in(turn.text) or before


class RoamingInfo(ForCustomers):
    intent = "roaming_info"
    questions = (
        which_line(is_mobile, none="utter_no_active_line"),
        WhichCountry("country", "utter_ask_country", entity="country"),
    )

    async def tell(self, turn: Turn, answers: Answers) -> None:
        try:
            told = await turn.app.roaming(answers["line_id"], answers["country"])
        except Refused as refusal:
            if refusal.code != "invalid":
                raise
            handover.offer(turn, "utter_country_unknown")
            return
        _say(turn, told)


def _say(turn: Turn, told: Answer) -> None:
    words = {"country": told["country_text"], "plan": told["plan"], "label": told["label"]}
    prices = [f"• {KINDS[turn.language][kind]}: {price}" for kind, price in told["prices"].items() if price]
    missing = ", ".join(KINDS[turn.language][kind] for kind, price in told["prices"].items() if not price)
    if told["at_home"] or told["as_home"]:
        turn.say("utter_roaming_as_home", **words)
    elif not told["covered"]:
        handover.offer(turn, "utter_roaming_not_covered", **words)
        return
    else:
        tax = f"\n{told['tax_text']}" if told["tax_text"] else ""
        turn.say("utter_roaming_prices", prices="\n".join(prices) + tax, **words)
        if missing:
            turn.say("utter_roaming_without", missing=missing, **words)
    if not told["on"]:
        turn.say("utter_roaming_off", **words)
    packs = [
        {
            "title": f"{each['name']} · {each['price_text']}",
            "payload": "/buy_addon" + json.dumps({"pack": each["code"]}, separators=(",", ":")),
        }
        for each in told["packs"]
    ]
    if packs:
        turn.say("utter_roaming_packs", packs, **words)
