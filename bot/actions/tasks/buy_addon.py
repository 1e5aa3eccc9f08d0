"""More data, or another pack for a line; a pack for abroad where she travels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions import more_data, pack_used_up, tax
from actions.abroad import (
    advises,
    asks_what_to_switch_on,
    asks_when_it_counts,
    country_told,
    destination,
    takes_it,
    wants_the_cheapest,
    wants_the_small_one,
)
from actions.amounts import price_in, priced_as
from actions.app_client import Answer
from actions.holding_back import names_freely, refuses
from actions.neighbours import PLAN
from actions.plain import CLAUSES, plain
from actions.sizes import BIG_ONE, BIGGEST_ONE, LONGEST_ONE, big_one_in, longest_one_in
from actions.tasks.choosing import wants_other
from actions.tasks.days_away import DaysAway, lasting
from actions.tasks.question import Answers, Option, Question, prices_one
from actions.tasks.task import Task
from actions.tasks.which_country import which_country
from actions.tasks.which_line import is_active, which_line
from actions.turn import Turn

TELLS_OF_DATA = ("roaming_info", "network_problem", "check_usage")
SIZE = re.compile(r"(\d+gb)$")  # of a plan's code
OF_SIZE = re.compile(
    r"\b(?:(?:el|la|o|a|un|uno|um) de|the) (\d{1,3})(?! (?:dia|day|de|hora|hour|peso|rea|rup|st|nd|rd|th))"
    r"(?= one\b| (?:\w+ )?(?:xq|porque|pq|por favor|porfa|then|entonces|mesmo|please)\b|$)"
)


TOO_SHORT = {
    "en": "{{title}} is too short for {days} days.",
    "es": "{{title}} dura menos de {days} días.",
    "pt": "{{title}} dura menos de {days} dias.",
}


@dataclass(frozen=True)
class WhichPack(Question):
    """By its name, how much is in it, or as the cheapest or the biggest; advice for some days is the cheapest
    that lasts."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is not None or turn.pressed_a_button:
            return said
        words = plain(turn.text)
        if figure := _by_figure(turn, words):
            return figure
        takes = takes_it(words) or (country_told(turn) is not None and turn.does("agrees"))
        is_advised = (advises(words) or takes) and _days.mentioned(turn) is not None
        is_small = country_told(turn) is not None and wants_the_small_one(words)
        if is_advised or is_small or wants_the_cheapest(words):
            return "cheapest"
        return longest_one_in(turn.text) or big_one_in(turn.text) or self._the_other(turn)

    def _the_other(self, turn: Turn) -> str | None:
        """Of two, that which she has not, or which is not proposed."""
        work = turn.memory("work") or {}
        offered = [each["value"] for each in (work.get("offered") or {}).get(self.slot, [])]
        has = {**(work.get("said") or {}), **(work.get("answers") or {})}  # said, where other days are told
        current = has.get(self.slot)
        clauses = [each for each in CLAUSES.split(turn.text) if not refuses(each)]
        if current not in offered or not any(wants_other(each, self.about) for each in clauses):
            return None
        others = [each for each in offered if each != current]
        return others[0] if len(others) == 1 else None

    def fits(self, said: str, options: Sequence[Option]) -> bool:
        return prices_one(said, options)

    def tells_one(self, said: str) -> bool:
        """The cheapest names none, where none is good enough, nor does how long it should last, or cost."""
        if said.replace(".", "").isdigit():
            return False
        return said not in ("cheapest", BIG_ONE, BIGGEST_ONE, LONGEST_ONE) and not said.endswith(" days")


def _by_figure(turn: Turn, words: str) -> str | None:
    """By how much is in it, how long it should last, or what it costs."""
    if size := SIZE.search(turn.entity("plan_name") or ""):
        return size[1]  # "let me have the 5GB", where packs were told
    if figure := OF_SIZE.search(words):
        return figure[1]  # "mejor el de 10"
    if days := lasting(words):
        return f"{days} days"
    return price_in(turn.text) if "?" not in turn.text else None


async def packs(turn: Turn, answers: Answers) -> list[Option]:
    """Cheapest first, those that last as long as she is away; where none does she is told so, and none is
    chosen for her. She calls them by name, or by how much is in them: "2 gigas más"."""
    told = await _for_sale(turn, answers)
    days = answers.get("days") if "country" in answers else None
    lasting = that_last(told, days)
    if told and not lasting:
        turn.say("utter_roaming_pack_longest", days=days, pack=longest(told)["name"])
    offered = lasting or told
    ranks = [_ranked(place, len(offered), chosen_for_her=bool(lasting)) for place in range(len(offered))]
    most = [each for each in offered if each["days"] == max(one["days"] or 0 for one in offered)]
    if len(most) == 1:
        ranks[offered.index(most[0])].append(LONGEST_ONE)
    good = [
        Option(each["code"], _title(each), [*_names(each), *rank], ranked=True)
        for each, rank in zip(offered, ranks)
    ]
    short = [each for each in told if each not in offered]
    too_short = TOO_SHORT[turn.language].format(days=days)
    return [
        *good,
        *(Option(each["code"], each["name"], _names(each), too_short) for each in short),
    ]


def _ranked(place: int, count: int, *, chosen_for_her: bool) -> list[str]:
    """What one is called by its place; the bigger one is one of two."""
    is_last = place == count - 1
    cheapest = ["cheapest"] if chosen_for_her and place == 0 else []
    return [*cheapest, *([BIGGEST_ONE] if is_last else []), *([BIG_ONE] if is_last and count <= 2 else [])]


def that_last(told: Sequence[Answer], days: str | None) -> list[Answer]:
    """Those that are good for so many days, or until they are ended."""
    return [each for each in told if not each["days"] or each["days"] >= int(days or 0)]


def longest(told: Sequence[Answer]) -> Answer:
    """Of those that all end by themselves."""
    return max(told, key=lambda each: each["days"])


async def _for_sale(turn: Turn, answers: Answers) -> list[Answer]:
    if country := answers.get("country"):
        abroad = await turn.app.roaming(answers["line_id"], country)
        if not (abroad["at_home"] or abroad["as_home"]):
            return list(abroad["packs"])
    told = (await turn.app.addons(answers["line_id"]))["addons"]
    return [each for each in told if not each["abroad"]]


_days = DaysAway("days", "", optional=True)


class BuyAddon(Task):
    intent = "buy_addon"
    kind = "buy_addon"
    akin = ("list_plans", "change_plan")
    questions = (
        which_line(is_active, none="utter_no_active_line", after=TELLS_OF_DATA),
        which_country(optional=True),  # without one it is for use at home
        _days,
        WhichPack(
            "pack",
            "utter_ask_pack",
            entity="data_volume",
            options=packs,
            none="utter_no_pack",
            about="paquete pacote pack gigas datos dados data",
            unknown="utter_not_offered",
        ),
    )

    def gives_way(self, turn: Turn) -> bool:
        return turn.intent == "change_plan" and names_freely(PLAN, turn.text)

    async def begins(self, turn: Turn) -> bool:
        """A pack asked for right after a country was told is one for there, not one for at home; but for
        one of a size that there is at home alone, which is told."""
        told = turn.told or {}
        if told.get("task") != "roaming_info" or turn.pressed_a_button:
            return True
        where = told["answers"]
        abroad = await turn.app.roaming(where["line_id"], where["country"])
        if abroad["packs"] and await _is_for_home(turn, where["line_id"], abroad["packs"]):
            turn.say("utter_pack_for_home", country=abroad["country_text"])
            turn.told = None
        if abroad["packs"] or abroad["at_home"] or abroad["as_home"]:
            return True
        turn.remember(told=told)
        turn.say("utter_no_roaming_pack", country=abroad["country_text"])
        return False

    def speaks_beside(self, turn: Turn) -> bool:
        return tax.only_asks_about_it(turn)

    def aside(self, turn: Turn) -> str:
        if asks_when_it_counts(turn):
            return "utter_pack_days"
        return "utter_roaming_switch" if asks_what_to_switch_on(turn) else super().aside(turn)

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        if tax.asks_about_it(turn):
            await tax.tell(turn)
            return True
        return await pack_used_up.answers(turn, answers)

    def refused(self, turn: Turn, answers: Answers) -> None:
        """One is too dear: she may name another."""
        turn.remember(last={"task": self.intent, "answers": answers, "sentence": "", "left": True})
        more_data.offered(turn)

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"line_id": answers["line_id"], "offer_code": answers["pack"]}


async def _is_for_home(turn: Turn, line_id: str, abroad: Sequence[Answer]) -> bool:
    """Whether she names how much is to be in it, and none for there has so much, but one for at home."""
    size = turn.entity("data_volume")
    if size is None or destination(turn) or _of_size(size, abroad):
        return False
    return bool(_of_size(size, (await turn.app.addons(line_id))["addons"]))


def _of_size(size: str, told: Sequence[Answer]) -> list[Answer]:
    return [each for each in told if size in _names(each)]


def _title(pack: Answer) -> str:
    parts = (pack["name"], pack["price_text"], pack["validity_text"])
    return " · ".join(part for part in parts if part)


def _names(pack: Answer) -> tuple[str, ...]:
    volume, days = pack["gigabytes"], pack["days"]
    named = (pack["name"], *priced_as(pack["price"]), *([f"{days} days"] if days else []))
    if not volume:
        return named
    size = f"{volume:g} GB" if volume >= 1 else f"{volume * 1024:g} MB"
    return (*named, size, size.replace(" ", ""), f"{volume:g} gigas", f"{volume:g}")
