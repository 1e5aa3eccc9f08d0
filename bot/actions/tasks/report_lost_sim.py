"""A lost or stolen telephone: blocked at once, then another SIM. One that she still has is only replaced."""

import re
from dataclasses import dataclass

from actions import handover
from actions.app_client import Answer
from actions.holding_back import refuses
from actions.neighbours import ACTIVATES, BROKEN_SIM, SWAPS_SIM
from actions.plain import CLAUSES, plain, words
from actions.tasks import agreeing
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.titled import titled
from actions.tasks.which_line import is_mobile, which_line
from actions.turn import Turn

STOLEN = words(
    "robaron robo robado robada asaltaron asaltado asaltada asalto hurtaron arrebataron ladron stolen stole"
    " robbed theft thief snatched mugged roubaram roubado roubada roubo furtaram furto assaltaram"
    " assaltado assaltada assalto ladrao"
    " robar roban robarme roubar roubam furtar asaltar asaltan nicked pinched"
    " raponearon raponeado arrancharon cogotearon"
    " swiped mugger chorearon choriaron afanaron birlaron birlado grabbed yanked llevaron levaram quitaron"
    " arrancaron arranco arrancou tomaram arma armado armados gun gunpoint pulled arrebato arrebataron jalo"
    " jalaron puxou puxaram"
)


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
    r"|in the morning|(?:anything|nothing|not) yet|(?:otr|outr)o dia|(?:an|some )other day)\b"
)
IN_HER_HAND = re.compile(
    r"\b(?:no|not|nao|n)\b.{0,12}\b(?:perd\w+|lost|stolen|rob\w+|roub\w+|sumiu)\b"
    r"|\b(?:en|na|in) (?:la |minha |mi |my )?(?:mano|mao|hand)\b"
    r"|\b(?:dos|duas|dois|two) (?:pedaz\w+|pedac\w+|pieces)\b"
)
NO_THEFT = re.compile(
    r"\b(?:no|nao|not|nem|ni|wasn t|nobody|nadie|ninguem) (?:\w+ )?(?:rob\w+|roub\w+|stol\w+|snatched)\b"
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
DIGITAL = words("esim virtual digital electronica electronico eletronica eletronico")
PLASTIC = words("plastico plastic fisico fisica physical comum")
NOT_FOUND = words("no not nao haven hasn cannot can ni nunca never nem sin sem")


@dataclass(frozen=True)
class HowMissing(Question):
    """A theft is heard in her first words, also when the line is asked for before it counts."""

    def mentioned(self, turn: Turn) -> str | None:
        said = _missing(turn.text)
        if not turn.pressed_a_button and _is_broken(turn):
            return "broken"
        told = turn.intent == "report_lost_sim" and STOLEN & said and not FOUND & said
        return "stolen" if told and not turn.pressed_a_button else None


@dataclass(frozen=True)
class WhichSim(Question):
    """An eSIM is heard in her first words, and ordered once the line is blocked."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is not None or turn.pressed_a_button or turn.memory("work"):
            return said
        wanted = [each for each in re.split(r"[,.;:!?\n]+", turn.text) if not refuses(each)]
        return "esim" if any(DIGITAL & words(each) for each in wanted) else None


def _missing(text: str) -> frozenset[str]:
    """Her words, but for a theft that was none: "não foi roubo"."""
    return words(NO_THEFT.sub(" ", plain(text)))


def _is_broken(turn: Turn) -> bool:
    """A SIM that she still has is not blocked: "se rompió el chip", "it isn't lost, it's in two pieces", "my
    new phone has no tray"."""
    said = plain(turn.text)
    if STOLEN & _missing(turn.text):
        return False
    began = turn.intent == "report_lost_sim" and any(each.search(said) for each in (BROKEN_SIM, SWAPS_SIM))
    is_here = bool(turn.memory("work")) and any(map(IN_HER_HAND.search, map(plain, CLAUSES.split(turn.text))))
    return began or (is_here and not ANOTHER.search(said))


async def reasons(turn: Turn, _answers: Answers) -> list[Option]:
    """Never asked: told by her words. Lost or stolen makes no difference to the block."""
    said = _missing(turn.text)
    if said & FOUND and not said & NOT_FOUND:
        return [Option("found", "")]
    return [Option("stolen" if STOLEN & said else "lost", "")]


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
    said = plain(turn.text)
    if LATER.search(said) and not ASKS_HOW.search(said):
        return "later"
    hers = words(turn.text)
    return "esim" if DIGITAL & hers else CARD if PLASTIC & hers else None


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
            needed=lambda answers: "blocked" in answers or answers.get("missing") == "broken",
        ),
    )

    def ends_in(self, answers: Answers) -> str:
        if answers["missing"] == "found":
            return ""
        if "blocked" not in answers and answers["missing"] != "broken":
            return "block_line"
        return "replace_sim" if answers["new_sim"] in ("esim", CARD) else ""

    def aside(self, turn: Turn) -> str:
        """Whether she keeps her number, and where a new SIM comes from, is not about leaving."""
        asks = not turn.pressed_a_button and len(turn.text.split()) <= ASIDE
        about_it = ASKS_HOW.search(plain(turn.text)) or _asks_of_the_old_one(turn)
        return "utter_new_sim_how" if asks and about_it else super().aside(turn)

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Block it", while each minute counts; nothing else of this task is agreed to so easily."""
        if "blocked" in answers or answers.get("missing") == "broken":
            return False
        return agreeing.names_the_deed(turn, BLOCKS) or agreeing.begins_with_yes(turn, BLOCKS | STOPS)

    def stopped(self, answers: Answers) -> str:
        return "utter_new_sim_later" if "blocked" in answers else "utter_unchanged"

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        if "new_sim" in answers:
            form = "sim" if answers["new_sim"] == CARD else answers["new_sim"]
            return {"line_id": answers["line_id"], "form": form}
        return {"line_id": answers["line_id"], "reason": answers["missing"]}

    async def goes_on(self, turn: Turn, answers: Answers) -> bool:
        if "new_sim" in answers:
            return False
        answers["blocked"] = "yes"
        return True

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """Found again: lifting the block is for a person, who asks for a proof."""
        if "found" in (answers["missing"], answers.get("new_sim")):
            await handover.hand_over(turn, "verification", "utter_handover_unblock")
        else:
            turn.say(self.stopped(answers))
