"""Leaving: what it costs, what she could have instead, and a person who closes the line."""

import re
from dataclasses import dataclass

from actions import handover
from actions.app_client import Answer
from actions.neighbours import PAUSES
from actions.plain import plain
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.titled import titled
from actions.tasks.which_line import which_line
from actions.turn import Turn

LEAVES = (
    "cancel",
    "cancela",
    "cancelar",
    "cancele",
    "cancelen",
    "cancelala",
    "cancelalo",
    "dar de baja",
    "close it",
    "close",
    "cerrar",
    "cerrarla",
    "encerrar",
    "baja",
)
PAUSE = ("pausa", "pausar", "pausarla", "pausala", "pauso", "pause", "pausing", "suspender", "congelar")
NONE = re.compile(
    r"\b(?:none of|nothing (?:of|like) that|not interested|no (?:me interesa|quiero) (?:nada|ningun\w*)"
    r"|nad[ae] (?:de eso|disso)|ningun[oa]? de|nenhum\w* d\w+|just (?:cancel|close|end)"
    r"|(?:baja|cancela\w*) y (?:ya|punto)|so (?:cancela|quero cancelar)"
    r"|n(?:i|em) \w+ n(?:i|em)\b"
    r"|no (?:pause|discount|offers?|cheaper)\b|not coming back|no (?:voy a )?(?:vuelvo|volver)\b"
    r"|nao vou voltar|neither \w+ nor|(?:ya lo decid|ja decid|already decided)\w*"
    r"|n[ao]o? (?:quero|quiero) (?:desconto|descuento|oferta)s?|(?:quero|quiero) (?:tirar|quitarl[ao]))\b"
)
INSISTS = 0.6
CHEAPER = ("plan", "plano", "barato", "barata", "baratinho", "cheaper", "cheapest")
PENALTY = re.compile(r"\b(?:penali\w+|multa\w*|penalty|exit fee|fees?|fidelidade|plazo forzoso)\b")
STAYS = ("quedarme", "quedo", "stay", "keep", "ficar", "fico")


@dataclass(frozen=True)
class Instead(Question):
    """Who begins with a pause has chosen."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        begins = turn.intent == "cancel_service" and not turn.memory("work") and not turn.pressed_a_button
        return "pause" if said is None and begins and PAUSES.search(plain(turn.text)) else said


async def choices(turn: Turn, answers: Answers) -> list[Option]:
    """What is offered once: what the catalogue really has for her. Leaving is always among it."""
    told = await turn.app.leaving(answers["line_id"])
    if not (told["can_pause"] and _begins_with_a_pause(turn)):
        _say_costs(turn, told)
    if told["leaves_on_text"]:
        return [Option("leaving", "")]
    leave = Option("leave", titled("leave", turn), LEAVES)
    stay = Option("stay", titled("stay", turn), STAYS)
    options = [leave, stay]
    if told["can_pause"]:
        options.insert(0, Option("pause", titled("pause", turn), PAUSE))
    return [*await _smaller(turn, answers, told), *options]


def _begins_with_a_pause(turn: Turn) -> bool:
    return ((turn.memory("work") or {}).get("said") or {}).get("instead") == "pause"


async def _smaller(turn: Turn, answers: Answers, told: Answer) -> list[Option]:
    """The cheapest plan of all, and the next smaller one where that is another."""
    next_one = told["smaller"]
    if not next_one:
        return []
    cheapest = (await turn.app.plans(answers["line_id"]))["plans"][0]
    plans = [next_one] if cheapest["code"] == next_one["code"] else [cheapest, next_one]
    names = CHEAPER if len(plans) == 1 else ()
    return [
        Option(
            f"plan:{each['code']}",
            f"{each['name']} · {each['price_text']}",
            (each["name"], *names),
            ranked=True,
        )
        for each in plans
    ]


def none_of_these(turn: Turn) -> str | None:
    """For `hear`: a no to what is offered, which keeps nobody from leaving."""
    insists = turn.intent == "cancel_service" and turn.confidence >= INSISTS and "?" not in turn.text
    return "leave" if insists or turn.intent == "deny" or NONE.search(plain(turn.text)) else None


class CancelService(Task):
    """A customer closes no line by herself (subscriptions.cancel): a person does, who knows already
    what she was told and offered."""

    intent = "cancel_service"
    akin = ("change_plan", "list_plans")
    asked_on = {"asks_price": "utter_pause_costs"}
    questions = (
        which_line(lambda line: line.get("status") != "closed", none="utter_no_active_line"),
        Instead(
            "instead",
            "utter_ask_instead",
            options=choices,
            takes_the_only_one=True,
            hear=none_of_these,
            replies={"understood": "stay"},
            leaves="stay",
        ),
    )

    def may_be_left(self, asking: str, answers: Answers) -> bool:
        """A no to what is offered keeps nobody from leaving."""
        return asking != "instead"

    def aside(self, turn: Turn) -> str:
        """What leaving costs has been told, with the contract where there is one; her number goes."""
        asks = "?" in turn.text and not turn.pressed_a_button
        return "utter_leaving_no_more" if asks and PENALTY.search(plain(turn.text)) else ""

    def ends_in(self, answers: Answers) -> str:
        if answers["instead"] == "pause":
            return "pause_line"
        return "change_plan" if answers["instead"].startswith("plan:") else ""

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        plan = answers["instead"].partition(":")[2]
        return {"line_id": answers["line_id"], **({"offer_code": plan} if plan else {})}

    async def tell(self, turn: Turn, answers: Answers) -> None:
        if answers["instead"] == "stay":
            turn.say("utter_stays")
        elif answers["instead"] == "leaving":
            handover.offer(turn, "utter_leaves_already")
        else:
            await handover.hand_over(turn, "asked", "utter_handover_leaving")


def _say_costs(turn: Turn, told: Answer) -> None:
    """One message; each fact only where there is one."""
    words = {
        "label": told["label"],
        "plan": told["plan"],
        "day": told["leaves_on_text"] or told["last_day_text"],
    }
    if told["leaves_on_text"]:
        turn.say("utter_leaves_on", **words)
        return
    turn.say("utter_leaving_prepaid" if told["mode"] == "prepaid" else "utter_leaving", **words)
    for fact, response in (
        ("owed_text", "utter_leaving_owed"),
        ("credit_text", "utter_leaving_credit"),
        ("deposit_text", "utter_leaving_deposit"),
        ("contract_until_text", "utter_leaving_contract"),
    ):
        if told[fact]:
            turn.say(response, fact=told[fact])
