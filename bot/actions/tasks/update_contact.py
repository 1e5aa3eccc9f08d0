"""Her e-mail, where she lives, and what only a person may change."""

import re
from dataclasses import dataclass

from actions import handover, session
from actions.app_client import Answer
from actions.moving import TOWN, moved_to
from actions.plain import plain, words
from actions.tasks import agreeing
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.titled import titled
from actions.turn import Turn

WORDS = {
    "email": "correo mail email emails gmail hotmail outlook",
    "city": "ciudad direccion domicilio casa mude mudanza address city moved endereco cidade mudei mudanca",
    "name": "nombre apellido name surname nome sobrenome",
    "phone": "telefono celular phone telefone contacto",
}
# A street with a number, or what is written on envelopes.
ADDRESS = re.compile(
    r"\b(?:calle|rua|avenida|av|street|st|road|rd|colonia|col|bairro|depto|interior"
    r"|apto|flat|cp|cep|pin ?code"
    r"|codigo postal)\b.*\d"
)
LIVES_IN = re.compile(r"\b(?:vivo|vivimos|moro|moramos|live|living) (?:ahora |agora |now )?(?:en|em|in)\b")
# "Estado de São Paulo, né, a cidade é Santos."
TOWN_IS = re.compile(r"\b(?i:cidade|ciudad|city|town) (?i:é|e|es|is) " + TOWN)
LIVES = re.compile(
    r"^(?:.*\b(?:vivo|vivimos|viviendo|estoy|estamos|mudamos|mud[eé]|cambiamos|cambi[eé]|moro|moramos|morando"
    r"|estou|mudei|live|living|moved|is|es|é|mean|meant|quise decir|digo|quis dizer) )?"
    r"(?:(?:ahora|agora|now) )?(?:(?:en|em|in|to|at) |(?<= )(?:a|no|na|pra|para) )?",
    re.IGNORECASE,
)
CORRECTED = re.compile(
    r"\b(?:(?:perd[oóã]{1,2}n?|sorry|actually|i meant?|oops|desculpa|ops|na verdade|en realidad|quise decir"
    r"|quis dizer)\b[\s,.:]+)+(?!.*\b(?:no|not|n[aã]o|can'?t|don'?t)\b)(?:(?:es|é|is|it'?s|era|en|em|in) )?"
    r"(?P<city>[^\W\d][^\d,.;!?]{2,40})\W*$",
    re.IGNORECASE,
)
AROUND = re.compile(
    r"\b(?:ahora|agora|now|please|por fa(?:vor)?|porfa|gracias|obrigad[oa]|thanks?)\b", re.IGNORECASE
)
IS_IT = re.compile(r"^(?:[eé]|es|is|it's|s[oó]lo)\s+(?=[A-ZÀ-Ý])")  # "agora e Campinas"
LONGEST_CITY = 6  # words
NO_CITY = ("affirm", "deny", "thank", "goodbye", "bot_challenge")  # "no" is none
NO_NAME = words(
    "no nao not nope nah yes si sim ok thanks gracias obrigado obrigada valeu bye adios tchau porfa por favor"
    " perdon sorry desculpa oops ops please claro dale vale bueno isso right sure pues es e quer dizer digo"
)
CODE = re.compile(r"(?<![\d-])(?:\d[ -]?){5}\d(?![\d-])")


async def known(turn: Turn, answers: Answers) -> list[Option]:
    """Never asked: who she is comes first, so that nothing else is asked in vain."""
    lines = await session.lines_of(turn)
    if any(each["service"] != "mobile" and each["status"] == "active" for each in lines):
        answers["at_home"] = "yes"
    return [Option("yes", "")]


async def fields(turn: Turn, _answers: Answers) -> list[Option]:
    """By her words, when they say one thing only; an address in them is one, too."""
    every = [Option(name, titled(f"field_{name}", turn), tuple(WORDS[name].split())) for name in WORDS]
    if turn.entity("email"):
        return every[:1]
    if ADDRESS.search(plain(turn.text)):
        return every[1:2]
    said = words(turn.text)
    meant = [option for option in every if said & set(option.names)]
    if not meant and moved_to(turn.text):
        return every[1:2]
    return meant if len(meant) == 1 else every


async def codes_sent(turn: Turn, answers: Answers) -> list[Option]:
    """Never asked: a code goes to the new address."""
    sent = await turn.app.send_email_code(answers["email"])
    return [Option(sent["code_id"], "")]


def code(turn: Turn) -> str | None:
    """For `hear`: six digits, also in groups."""
    found = CODE.search(turn.text)
    return re.sub(r"\D", "", found[0]) if found else None


def field_of_an_address(turn: Turn) -> str | None:
    """For `hear`: a street, or where she lives now."""
    return "city" if _tells_where(turn) else None


def _tells_where(turn: Turn) -> bool:
    said = plain(turn.text)
    return any(each.search(said) for each in (ADDRESS, LIVES_IN))


def city(turn: Turn) -> str | None:
    """For `hear`: "Puebla" of "ahora vivo en Puebla"; None of what can be no name of a city."""
    if _says_something_else(turn):
        return None
    if told := TOWN_IS.search(turn.text):
        return told["city"]
    first = re.split(r"[.;!?\n]+", turn.text.strip())[0]
    if ADDRESS.search(plain(turn.text)):  # the last that is no number is the town
        parts = [each for each in turn.text.split(",") if not any(map(str.isdigit, each))]
        first = parts[-1] if parts else first
    telling = [each for each in first.split(",") if not words(each) <= NO_NAME]
    name = " ".join(AROUND.sub(" ", LIVES.sub("", (telling or [first])[0].strip())).split())
    fits = 0 < len(name.split()) <= LONGEST_CITY and not any(map(str.isdigit, name))
    return IS_IT.sub("", name) if fits else None


def _says_something_else(turn: Turn) -> bool:
    """The model takes the name of a town that it has never read for any small word; "Mérida, sí porfa" names
    one, and so does "sí, Mérida, Yucatán"."""
    first, *others = (each.strip() for each in turn.text.split(","))
    is_unread = len(first.split()) == 1 and not words(first) & NO_NAME
    after_yes = others if turn.intent == "affirm" else []
    names_one = is_unread or any(re.fullmatch(TOWN, each) and not words(each) & NO_NAME for each in after_yes)
    return "?" in turn.text or (turn.intent in NO_CITY and not names_one)


@dataclass(frozen=True)
class City(Question):
    """Another one takes its place, also when she is asked to confirm: "perdón, es Puebla"."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is None and not turn.pressed_a_button:
            if moved := moved_to(turn.text):
                return moved
            if _tells_where(turn):
                return city(turn)
        corrected = None if turn.pressed_a_button else CORRECTED.search(turn.text)
        return corrected["city"].strip() if said is None and corrected else said


def _goes_on_with_the_city(turn: Turn) -> None:
    """She said that she has moved, too."""
    if town := ((turn.memory("work") or {}).get("said") or {}).get("city"):
        told = [{"entity": "contact", "value": "city"}, {"entity": "city", "value": town}]
        turn.remember(
            second={"text": "", "intent": {"name": "update_contact", "confidence": 1.0}, "entities": told}
        )


def _is(field: str):
    return lambda answers: answers.get("contact") == field


def _moves_alone(answers: Answers) -> bool:
    """With fibre at home more moves than an address."""
    return answers.get("contact") == "city" and "at_home" not in answers


class UpdateContact(Task):
    """Another e-mail counts once she has read a code there; a name or a telephone is for a person,
    who asks for a paper."""

    intent = "update_contact"
    changes = True
    asked_on = {"asks_price": "utter_city_only", "asks_risk": "utter_city_only"}
    questions = (
        Question("known", "utter_ask_contact", options=known, takes_the_only_one=True),
        Question(
            "contact", "utter_ask_contact", options=fields, hear=field_of_an_address, takes_the_only_one=True
        ),
        Question("email", "utter_ask_email", entity="email", needed=_is("email")),
        Question(
            "email_code_id",
            "utter_ask_email",
            options=codes_sent,
            takes_the_only_one=True,
            needed=_is("email"),
        ),
        Question("email_code", "utter_ask_email_code", hear=code, needed=_is("email")),
        City("city", "utter_ask_city", hear=city, any_words=True, needed=_moves_alone),
    )
    asks_again = {"wrong_code": "email_code", "invalid": "email"}

    def says_of(self, asked: str, answers: Answers) -> str:
        """What else another town changes."""
        return super().says_of(asked, answers) if answers.get("contact") == "city" else ""

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Isso, troca a cidade p Curitiba", when just that town was proposed."""
        town = moved_to(turn.text) or ""
        is_the_same = bool(town) and plain(town) == plain(answers.get("city", ""))
        return is_the_same and agreeing.begins_with_yes(turn, words(town))

    def ends_in(self, answers: Answers) -> str:
        return "change_city" if _moves_alone(answers) else ""

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"city": answers["city"]}

    async def tell(self, turn: Turn, answers: Answers) -> None:
        if answers["contact"] == "email":
            done = await turn.app.change_email(answers["email_code_id"], answers["email_code"])
            turn.say("utter_done", sentence=done["sentence"])
            turn.remember(done=done["sentence"], last={**turn.memory("last"), "sentence": done["sentence"]})
            _goes_on_with_the_city(turn)
        else:
            moves = answers["contact"] == "city"
            await handover.hand_over(
                turn, "asked", "utter_handover_moving" if moves else "utter_handover_contact"
            )
