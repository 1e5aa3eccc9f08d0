"""Use abroad: what it costs her in a country, and what helps."""

import json
import re

from actions import handover, pack_used_up
from actions.abroad import asks_what_to_switch_on, asks_when_it_counts
from actions.app_client import Answer, Refused
from actions.tasks.buy_addon import longest, that_last
from actions.tasks.days_away import DaysAway
from actions.tasks.for_customers import ForCustomers
from actions.tasks.question import Answers
from actions.tasks.which_country import which_country
from actions.tasks.which_line import KIN, is_mobile, which_line
from actions.turn import Turn

KINDS = {
    "en": {"data": "data", "voice": "calls", "sms": "SMS"},
    "es": {"data": "datos", "voice": "llamadas", "sms": "SMS"},
    "pt": {"data": "dados", "voice": "ligações", "sms": "SMS"},
}

# "For my son", "mi hija se va a Madrid": and not "my husband and me".
KIN_TRAVELS = re.compile(
    rf"\b(?:my|mi|minha|meu) (?:{KIN}|kid|boy|girl|nin[oa])\b(?! (?:and|y|e) (?:i|me|yo|eu)\b)"
)


class RoamingInfo(ForCustomers):
    intent = "roaming_info"
    questions = (
        which_line(is_mobile, none="utter_no_active_line", after=("buy_addon",), theirs=KIN_TRAVELS),
        which_country(),
        DaysAway("days", "", optional=True),
    )

    async def begins(self, turn: Turn) -> bool:
        if asks_what_to_switch_on(turn):
            turn.say("utter_roaming_switch")
            return False
        if asks_when_it_counts(turn) and turn.last:
            turn.say("utter_pack_days")
            turn.remember(told=turn.told, last=turn.last)
            return False
        return await super().begins(turn)

    def aside(self, turn: Turn) -> str:
        return "utter_pack_days" if asks_when_it_counts(turn) else super().aside(turn)

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        return await pack_used_up.answers(turn, answers)

    async def tell(self, turn: Turn, answers: Answers) -> None:
        try:
            told = await turn.app.roaming(answers["line_id"], answers["country"])
        except Refused as refusal:
            if refusal.code != "invalid":
                raise
            handover.offer(turn, "utter_country_unknown")
            return
        _say(turn, told, answers)


def _say(turn: Turn, told: Answer, answers: Answers) -> None:
    words = {"country": told["country_text"], "plan": told["plan"], "label": told["label"]}
    prices = [f"• {KINDS[turn.language][kind]}: {price}" for kind, price in told["prices"].items() if price]
    missing = ", ".join(KINDS[turn.language][kind] for kind, price in told["prices"].items() if not price)
    if told["at_home"] or told["as_home"]:
        turn.say("utter_roaming_as_home", **words)
    elif not told["covered"] and not told["packs"]:
        handover.offer(turn, "utter_roaming_not_covered", **words)
        return
    else:
        tax = f"\n{told['tax_text']}" if told["tax_text"] else ""
        if prices:
            turn.say("utter_roaming_prices", prices="\n".join(prices) + tax, **words)
        if missing:
            turn.say("utter_roaming_without", missing=missing, **words)
    if not told["on"]:
        turn.say("utter_roaming_off", **words)
    if told["packs"]:
        _offer_packs(turn, told, answers)


def _offer_packs(turn: Turn, told: Answer, answers: Answers) -> None:
    """With the cheapest that lasts as long as she is away, where she said how long."""
    buttons = [_button(each, answers) for each in told["packs"]]
    lines = [" · ".join(_parts(each)) for each in told["packs"]]
    words = {"country": told["country_text"], "packs": "\n".join(f"• {each}" for each in lines)}
    if "days" not in answers:
        turn.say("utter_roaming_packs", buttons, **words)
        return
    turn.say("utter_roaming_packs", **words)
    if lasting := that_last(told["packs"], answers["days"]):
        turn.say("utter_roaming_pack_fits", buttons, days=answers["days"], pack=lasting[0]["name"])
    else:
        name = longest(told["packs"])["name"]
        turn.say("utter_roaming_pack_longest", buttons, days=answers["days"], pack=name)


def _parts(pack: Answer) -> list[str]:
    told = (pack["name"], pack["allowances_text"], pack["validity_text"], pack["price_text"])
    return [each for each in told if each]


def _button(pack: Answer, answers: Answers) -> dict[str, str]:
    told = {"line_id": answers["line_id"], "country": answers["country"], "pack": pack["code"]}
    return {
        "title": f"{pack['name']} · {pack['price_text']}",
        "payload": "/buy_addon" + json.dumps(told, separators=(",", ":")),
    }
