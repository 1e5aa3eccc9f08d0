"""A lost or stolen telephone: blocked at once, then another SIM. One that she still has is only replaced."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from actions import handover
from actions.app_client import Answer
from actions.holding_back import refuses
from actions.neighbours import ACTIVATES, BROKEN_SIM, SWAPS_SIM
from actions.plain import CLAUSES, plain, words
from actions.same_number import wants_it_back
from actions.tasks import agreeing, theft
from actions.tasks.question import Answers, Option, Question
from actions.tasks.sim_asides import IF_FOUND, SIM_IS_FINE, is_blocked, statements, told_beside
from actions.tasks.task import Task
from actions.tasks.titled import titled
from actions.tasks.which_line import is_mobile, which_line
from actions.tasks.work import CONFIRM
from actions.turn import Turn

BLOCKS = words(
    "bloquea bloqueala bloquealo bloqueen bloqueenla bloqueenlo bloquear bloquearla bloquearlo bloqueie"
    " bloqueia block blocked trava travar trave freeze disable deactivate lock suspend apaguenla"
    " suspendela suspendanla inmovilicenla desative desativa"
)

STOPS = words("stop kill apaga apagala desliga")  # by themselves they may leave it


FOUND = words(
    "encontre encontrei found aparecio apareceu achei recupere recuperei unblock desbloquear desbloquearla"
    " desbloquearlo desbloqueen desbloqueenla desbloquea desbloqueie"
)
LATER = re.compile(
    r"\b(?:luego|despues|later|depois|dps|mas tarde|mais tarde|al rato|manana|amanha|tomorrow"
    r"|in the morning|(?:anything|nothing|not) yet|(?:otr|outr)o dia|(?:an|some )other day"
    r"|not (?:today|now|right now)|(?:hoy|ahora|ahorita|hoje|agora) (?:no|nao|todavia no|ainda nao)"
    r"|(?:no|nao) (?:hoy|ahora|ahorita|hoje|agora)"
    r"|(?:first|primero|primeiro)\b.{0,30}\b(?:buy|get|compr\w+|consig\w+|consegu\w+|arranj\w+)"
    r"|(?:when|once|after|until|cuando|hasta que|quando|ate|assim que) (?:i|we|yo|eu|a gente)?\b.{0,12}"
    r"\b(?:buy|get|have|compr\w+|teng\w+|tiver\w*|consig\w+|consegu\w+)"
    r"|(?:buy|compr\w+)\b.{0,20}\b(?:first|primero|primeiro)"
    r"|(?:no|not|don t|todavia no|aun no|nao|ainda nao) (?:have|teng\w+|tenh\w+)(?: \w+){0,2}"
    r" (?:phone|handset|telefono|celular|cel|equipo|aparelho|telefone))\b"
)
IN_HER_HAND = re.compile(
    r"\b(?:no|not|nao|n|\w+n t)(?: (?:se|me|lo|la|le|it|i|o|a|eu|esta|ta|foi|fue|is|was|really|exactly))*"
    r" (?:perd\w+|lost|lose|missing|sumiu)\b"
    r"|\b(?:en|na|in) (?:la |minha |mi |my )?(?:mano|mao|hand)\b"
    r"|\b(?:dos|duas|dois|two) (?:pedaz\w+|pedac\w+|pieces)\b"
)
WANTS_A_SIM = re.compile(
    r"\b(?:want|need|give|send|order|get|quiero|necesito|ocupo|dame|denme|mand\w+|pid\w+|quero|preciso|ped\w+)\b"
    r".{0,20}\b(?:e ?sim|sim|chip|card|tarjeta|cartao)\b"
)
SIM_FINE = re.compile(
    r"\b(?:sim|chip)(?: card)? (?:itself )?(?:is|esta|ta|still|sigue|continua|works?|funciona) ?"
    r"(?:fine|ok|okay|good|working|works|bien|bueno|funcionando|bom|inteiro|normal)\b"
)
# Of what she still has: "se me cayó y no prende".
PHONE_BROKE = re.compile(
    r"\b(?:no (?:prende|enciende)|nao (?:liga|acende)|(?:won t|not|doesn t|wont) (?:turn|switch)(?:ing)? on"
    r"|(?:screen|pantalla|tela) (?:\w+ )?(?:crack\w*|broke\w*|rot[oa]|rompio|quebr\w+|trinc\w+|shatter\w*))\b"
)
IS_LOST = re.compile(r"\b(?:perd\w+|lost|missing|sumiu|extravi\w+|desaparec\w+)\b")
IS_FOUND = re.compile(
    r"\b(?:(?:i|we|he|she|they|wife|husband|son|daughter) (?:just )?found|got it back"
    r"|^(?:(?:oh|wait|ah|hey) )+(?:i|we) (?:got|have) it|encontr(?:e|o|amos|aron|ei|ou|aram)"
    r"|hall(?:e|amos|aron)"
    r"|aparec(?:io|eu)|recuper(?:e|amos|ei|ou)|ach(?:ei|ou|amos|aram)|devolv(?:ieron|io|eram|eu)"
    r"|ya lo tengo)\b"
)
# "Mine I have here in my hand" tells of another one.
ANOTHER = re.compile(r"\b(?:el mio|la mia|o meu|a minha|mine)\b")
ASKS_HOW = re.compile(
    r"\b(?:how|where|cost|price|como|donde|onde|cuanto|quanto|keep|same|get|back|mismo|mesmo|conserv\w+|fica"
    r"|sigue|seguir)\b.*\b(?:numbers?|numero|sim|chip|card|otro|outro|one|pego|retiro|recojo)\b"
    r"|\b(?:numbers?|numero)\b.*\b(?:same|mismo|mesmo|back|stay\w*|queda|fica)\b"
)
ASIDE = 25  # words; whoever writes more wants something else
CARD = "card"  # not "sim", which is a yes in Portuguese
_DIGITAL = r"(?:e ?sims?|virtual|digital|electronic[ao]|eletronic[ao])"
HYPHEN = re.compile(r"\be-sim\b", re.IGNORECASE)  # "e sim" is a yes in Portuguese
DIGITAL = words("esim virtual digital electronica electronico eletronica eletronico")
NO_DIGITAL = re.compile(
    r"(?<!why )(?<!por que )\b(?:no|not|nao|n|ni|nem|sin|sem|without|nada de|\w+n t|dont|(?:en|em) vez de"
    rf"|instead of|rather than)(?: (?!chip|sim|card|se\b|know|but|pero|mas)\w+){{0,2}}(?: chip)? {_DIGITAL}\b"
    rf"|\b{_DIGITAL} (?:no|nao|not)(?: (?:quiero|quero|please|pls|pfv|porfa|por favor|gracias|obrigad[ao]"
    r"|funciona|jala|pega|serve|sirve|working|supported))*$"
)
PLASTIC = words("plastico plastic fisico fisica physical comum")
# "A normal sim", "chip de los de siempre".
NORMAL = re.compile(
    r"\b(?:normal|regular|ordinary|usual|old fashioned|traditional) (?:sim|chip|card|one)\b"
    r"|\b(?:(?:sim|chip|card|tarjeta|cartao|the|la|el|o) )+(?:de los |dos )?"
    r"(?:normal|normales|normais|regular|tradicional|de siempre|de sempre)\b"
)
TOMORROW = re.compile(r"\b(?:manana|amanha|tomorrow|in the morning)\b")
# "I have to work tomorrow", "lo necesito para mañana": no day on which she will want it, but until which.
_MUST = (
    r"(?:need|have to|must|gotta|got to|preciso|precisa\w*|necesit\w+|ocupo|tengo que|tenho (?:que|de)"
    r"|work\w*|trabaj\w+|trabalh\w+|tramp\w+|chamb\w+|by|before|antes de|ate)"
)
# "Mañana lo veo": she does it then.
DOES_IT_THEN = re.compile(
    r"\b(?:will|ll|do|see|think|decide|buy|ver|veo|vejo|hago|hare|hacer|faco|fazer|pensar\w*|decid\w+|compr\w+"
    r"|pido|peco|aviso|after|depois|despues)\b"
)
PRESSES = re.compile(rf"\b{_MUST}\b.*{TOMORROW.pattern}|{TOMORROW.pattern}.*\b{_MUST}\b")
A_WORD = 3  # or so: "mañana mejor"
NOT_FOUND = words("no not nao haven hasn cannot can ni nunca never nem sin sem")


@dataclass(frozen=True)
class HowMissing(Question):
    """A theft is heard in her first words, also when the line is asked for before it counts."""

    def mentioned(self, turn: Turn) -> str | None:
        if turn.pressed_a_button:
            return None
        if _is_broken(turn):
            return "broken"
        stolen, blocked = theft.is_told(turn.text), _is_blocked(turn)
        if _answers(turn).get("missing") in ("lost", "stolen") and not blocked and _is_found(turn):
            return "at_hand"
        if not (stolen or blocked) and _only_the_phone_broke(plain(turn.text)):
            return "phone_only"
        told = turn.intent == "report_lost_sim" and stolen
        return "stolen" if told and not FOUND & words(turn.text) else None


@dataclass(frozen=True)
class WhichSim(Question):
    """An eSIM is heard in her first words, or beside the line, her number on a new SIM whenever she wants
    it; it is ordered once the line is blocked."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is None and turn.memory("work") and _is_blocked(turn) and _is_found(turn):
            return "found"
        asking = (turn.memory("work") or {}).get("asking")
        if said is not None or turn.pressed_a_button:
            return said
        if wants_it_back(turn):
            return which_sim(turn) or CARD
        clauses = CLAUSES.split(turn.text)
        refused = any(NO_DIGITAL.search(plain(each)) for each in clauses)
        if refused and asking in (None, "line_id", CONFIRM):
            return form_in(clauses)
        if asking not in (None, "line_id"):
            return None
        return "esim" if form_in([each for each in clauses if not refuses(each)]) == "esim" else None


def _is_broken(turn: Turn) -> bool:
    """A SIM that she still has is not blocked: "se rompió el chip", "it isn't lost, it's in two pieces", "my
    new phone has no tray"."""
    said = plain(turn.text)
    if theft.is_told(turn.text):
        return False
    began = turn.intent == "report_lost_sim" and any(each.search(said) for each in (BROKEN_SIM, SWAPS_SIM))
    is_here = bool(turn.memory("work")) and any(map(IN_HER_HAND.search, map(plain, CLAUSES.split(turn.text))))
    return began or (is_here and not ANOTHER.search(said))


async def reasons(turn: Turn, _answers: Answers) -> list[Option]:
    """Never asked: told by her words. Lost or stolen makes no difference to the block."""
    said = words(turn.text)
    if said & FOUND and not said & NOT_FOUND:
        return [Option("found", "")]
    return [Option("stolen" if theft.is_told(turn.text) else "lost", "")]


async def ways(turn: Turn, _answers: Answers) -> list[Option]:
    return [
        Option("esim", titled("esim", turn), tuple(DIGITAL)),
        Option(
            CARD,
            titled("sim_card", turn),
            ("chip", "fisico", "fisica", "tienda", "loja", "shop", "store", "tarjeta", "cartao", "plastico"),
        ),
        Option("found", titled("found", turn), ("encontre", "aparecio", "found", "apareceu", "achei")),
        Option(
            "later",
            titled("later", turn),
            ("luego", "despues", "later", "depois", "mas tarde", "rato", "no", "nao"),
        ),
    ]


def which_sim(turn: Turn) -> str | None:
    """For `hear`: "luego veo lo del chip" names a chip and puts it off; one that is virtual is none."""
    told = statements(turn.text) if told_beside(turn, _answers(turn)) else CLAUSES.split(turn.text)
    named = form_in([each for each in told if not LATER.search(plain(each))])
    if any(_puts_off(each, beside=named is not None) for each in map(plain, told)):
        return "later"
    return named or form_in(told)


def form_in(clauses: Iterable[str]) -> str | None:
    """The SIM that they name: "normal sim not esim" is the card."""
    said = [plain(HYPHEN.sub("esim", each)) for each in clauses]
    wanted = [NO_DIGITAL.sub(" ", each) for each in said]
    if any(DIGITAL & words(each) for each in wanted):
        return "esim"
    is_card = wanted != said or any(PLASTIC & words(each) or NORMAL.search(each) for each in wanted)
    return CARD if is_card else None


def _puts_off(clause: str, *, beside: bool) -> bool:
    """Whether the SIM is to wait. Of tomorrow alone only where she needs it for nothing then, nor names it
    `beside`."""
    if not LATER.search(clause) or ASKS_HOW.search(clause):
        return False
    if LATER.search(TOMORROW.sub(" ", clause)):
        return True
    only_tells = PRESSES.search(clause) or (beside and len(clause.split()) > A_WORD)
    return not only_tells or DOES_IT_THEN.search(clause) is not None


def _only_the_phone_broke(said: str) -> bool:
    return bool(SIM_FINE.search(said) or PHONE_BROKE.search(said)) and not IS_LOST.search(said)


def _is_blocked(turn: Turn) -> bool:
    return is_blocked(_answers(turn))


def _is_found(turn: Turn) -> bool:
    """ "Wait, it was in the car": no longer missing."""
    orders_it = BLOCKS & words(turn.text) and not refuses(turn.text)
    if turn.pressed_a_button or "?" in turn.text or orders_it or theft.is_told(turn.text):
        return False
    told = [each for each in CLAUSES.split(turn.text) if not NOT_FOUND & words(each)]
    return any(IS_FOUND.search(each) and not IF_FOUND.search(each) for each in map(plain, told))


def _answers(turn: Turn) -> Answers:
    """Those of this task, under way or just over."""
    known = turn.memory("work") or turn.last or {}
    return known.get("answers") or {} if known.get("task") == ReportLostSim.intent else {}


def _asks_of_the_old_one(turn: Turn) -> bool:
    """ "E o chip velho para na hora?", and not how to activate another."""
    asks = turn.intent == "activate_sim" and "?" in turn.text
    return asks and not ACTIVATES.search(plain(turn.text))


class ReportLostSim(Task):
    """Two proposals one after the other: the block is agreed to before anything else is asked."""

    intent = "report_lost_sim"
    akin = ("activate_sim",)
    asked_on = {
        "asks_risk": "utter_new_sim_how",
        "asks_how": "utter_new_sim_how",
        "asks_done": "utter_other_lines_go_on",
    }
    questions = (
        which_line(is_mobile, none="utter_no_active_line"),
        HowMissing("missing", "utter_ask_line", options=reasons, takes_the_only_one=True, free=True),
        WhichSim(
            "new_sim",
            "utter_ask_new_sim",
            options=ways,
            hear=which_sim,
            free=True,
            replies={"declines": "later", "solved": "found"},
            needed=lambda answers: is_blocked(answers) or answers.get("missing") == "broken",
            leaves="later",
        ),
    )

    def ends_in(self, answers: Answers) -> str:
        if answers["missing"] in ("found", "at_hand", "phone_only"):
            return ""
        if not is_blocked(answers) and answers["missing"] != "broken":
            return "block_line"
        return "replace_sim" if answers["new_sim"] in ("esim", CARD) else ""

    def speaks_beside(self, turn: Turn) -> bool:
        """A chip that she only wonders about is not the one she wants."""
        return bool(self._told_beside(turn)) and which_sim(turn) is None

    def aside(self, turn: Turn) -> str:
        """Whether she keeps her number, and where a new SIM comes from, is not about leaving."""
        if told := self._told_beside(turn):
            return told
        asks = not turn.pressed_a_button and len(turn.text.split()) <= ASIDE
        about_it = ASKS_HOW.search(plain(turn.text)) or _asks_of_the_old_one(turn)
        return "utter_new_sim_how" if asks and about_it else super().aside(turn)

    def _told_beside(self, turn: Turn) -> str:
        """Not of who orders the block "before somebody uses it"."""
        answers = _answers(turn)
        return "" if self.agrees(turn, answers) else told_beside(turn, answers)

    def says_of(self, asked: str, answers: Answers) -> str:
        """Before the block no line is blocked yet; nor is one where the telephone turned up."""
        if answers.get("missing") == "at_hand" and asked in ("asks_done", "asks_risk"):
            return "utter_nothing_changed"
        return "" if asked == "asks_done" and not is_blocked(answers) else super().says_of(asked, answers)

    def comes_first(self, turn: Turn, answers: Answers) -> bool:
        """A question waits until the line is blocked: "he can take money from my gpay also??"."""
        is_urgent = "blocked" not in answers and answers.get("missing") not in ("broken", "found")
        return is_urgent and "?" in turn.text and turn.intent not in ("talk_to_agent", "stop_flow")

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Block it", while each minute counts; nothing else of this task is agreed to so easily."""
        if is_blocked(answers) or answers.get("missing") == "broken":
            return False
        return agreeing.names_the_deed(turn, BLOCKS) or agreeing.begins_with_yes(turn, BLOCKS | STOPS)

    def asks_anew(self, turn: Turn, answers: Answers) -> str:
        """The new SIM that was to wait."""
        said = plain(turn.text)
        wants = WANTS_A_SIM.search(said) and not ACTIVATES.search(said) and which_sim(turn) != "later"
        waits = is_blocked(answers) and answers.get("new_sim") == "later"
        return "new_sim" if waits and wants and turn.intent in (self.intent, *self.akin) else ""

    def stopped(self, answers: Answers) -> str:
        return "utter_new_sim_later" if is_blocked(answers) else "utter_unchanged"

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        if "new_sim" in answers:
            form = "sim" if answers["new_sim"] == CARD else answers["new_sim"]
            return {"line_id": answers["line_id"], "form": form}
        return {"line_id": answers["line_id"], "reason": answers["missing"]}

    async def goes_on(self, turn: Turn, answers: Answers) -> bool:
        if "new_sim" in answers:
            return False
        answers["blocked"] = answers["line_id"]
        return True

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """Found again: lifting a block is for a person, who asks for a proof."""
        if answers["missing"] == "found" or (answers.get("new_sim") == "found" and is_blocked(answers)):
            await handover.hand_over(turn, "verification", "utter_handover_unblock")
            return
        if answers["missing"] == "phone_only":
            turn.tell(SIM_IS_FINE[turn.language])
            return
        if ASKS_HOW.search(plain(turn.text)):
            turn.say("utter_number_stays")
        turn.say(self.stopped(answers))
