"""More data, or another pack for a line."""

from actions.app_client import Answer
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.which_line import is_active, which_line
from actions.turn import Turn


async def packs(turn: Turn, answers: Answers) -> list[Option]:
    """She calls them by name, or by how much is in them: "2 gigas más"."""
    told = (await turn.app.addons(answers["line_id"]))["addons"]
    return [Option(each["code"], _title(each), _names(each), ranked=True) for each in told]


class BuyAddon(Task):
    intent = "buy_addon"
    kind = "buy_addon"
    questions = (
        which_line(is_active, none="utter_no_active_line"),
        Question(
            "pack",
            "utter_ask_pack",
            entity="data_volume",
            options=packs,
            none="utter_no_pack",
            about="paquete pacote pack gigas datos dados data",
            unknown="utter_not_offered",
        ),
    )

    async def begins(self, turn: Turn) -> bool:
        """A pack asked for right after a country was told is one for there, not one for at home."""
        told = turn.told or {}
        if told.get("task") != "roaming_info" or turn.pressed_a_button:
            return True
        where = told["answers"]
        abroad = await turn.app.roaming(where["line_id"], where["country"])
        if abroad["packs"] or abroad["at_home"] or abroad["as_home"]:
            return True
        turn.remember(told=told)
        turn.say("utter_no_roaming_pack", country=abroad["country_text"])
        return False

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"line_id": answers["line_id"], "offer_code": answers["pack"]}


def _title(pack: Answer) -> str:
    parts = (pack["name"], pack["price_text"], pack["validity_text"])
    return " · ".join(part for part in parts if part)


def _names(pack: Answer) -> tuple[str, ...]:
    volume = pack["gigabytes"]
    if not volume:
        return (pack["name"],)
    size = f"{volume:g} GB" if volume >= 1 else f"{volume * 1024:g} MB"
    return (pack["name"], size, size.replace(" ", ""), f"{volume:g} gigas", f"{volume:g}")
