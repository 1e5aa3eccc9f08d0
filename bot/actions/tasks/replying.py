"""What a message does to the open question, or to what was told last, whatever words it is in."""

import re
from enum import Enum

from actions.plain import plain, words
from actions.tasks import agreeing, hearing
from actions.tasks.asking import question_of
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import ANSWERED_UPON, Turn

CERTAIN = 0.85  # of a yes that something is done upon, and of what outweighs a clear matter of its own
LIKELY = 0.7  # of a yes whose intent says so, too
LIKELY_QUESTION = 0.35  # about the last thing, where it can hardly be about another
LONGEST = 30  # words; whoever writes more tells something new
LEAVES_IT = ("declines", "understood", "solved")
ASKS = ("asks_when", "asks_price", "asks_done", "asks_how", "asks_why", "asks_risk")
BESIDE = (*ASKS, "tells", "unsolved")


# When it is over, in words that say nothing else.
WHEN = re.compile(
    r"\b(?:tem|hay|any|tienen|you have)(?: \w+)? (?:previs\w+|eta|estimad\w+|hora)\b|\bwhen will it\b"
)
# From when it holds: "vale já ou só no mês que vem?".
COUNTS = re.compile(
    r"\b(?:vale|valen|valem|conta|cuenta|aplica\w*|start\w*|begin\w*|comeca\w*|empieza\w*|entra\w*|vigora"
    r"|counts?|appl(?:y|ies)|effective|kicks? in)\b.{0,25}"
    r"\b(?:ja|hj|ya|now|today|hoy|hoje|agora|ahora|immediately"
    r"|(?:next|this|proxim[oa]|otr[oa]|outr[oa])"
    r" (?:month|bill|cycle|mes|fatura|factura|ciclo|recibo)"
    r"|(?:mes|ciclo|recibo|fatura) (?:que|q) (?:vem|viene))\b"
    r"|^(?:(?:y|e|and|o|ya|ja|isso|eso) )*(?:es |e )?(?:from|desde|a partir de|ya|ja)"
    r" (?:now|today|hoy|ahora|hoje|hj|agora|este mes|this month)\b"
)
LONGEST_WHEN = 12  # words


class Reply(Enum):
    """What is to be done with it."""

    AGREES = "agrees"
    LEAVES = "leaves"
    CHOOSES = "chooses"
    BESIDE = "beside"
    NONE = ""


def of(turn: Turn, task: Task, work: Work) -> Reply:
    """Of a message that names nothing that was asked for. CHOOSES says that `choice` has the option."""
    kind, sure = turn.reply
    agrees = kind == "agrees" and work.asking == CONFIRM and sure >= ANSWERED_UPON  # and is certain, below
    if not (turn.does(kind) or agrees) or not _is_short(turn) or _is_another_matter(turn, task):
        return Reply.NONE
    if work.asking == CONFIRM:
        if kind == "agrees" and agreeing.hinders_nothing(turn) and _is_certain(turn, sure):
            return Reply.AGREES
    elif choice(turn, work) is not None:
        return Reply.CHOOSES
    if kind in LEAVES_IT:
        leaves = task.may_be_left(work.asking, work.answers) and not agreeing.comes_round(turn)
        return Reply.LEAVES if leaves else Reply.NONE
    digresses = turn.intent in TITLES and turn.intent != work.task
    knows = kind in ASKS and bool(task.says_before(kind, work.answers))
    is_of_this = knows or _asks_of_this(turn, task) or hearing.is_unsure_digression(turn, work)
    is_beside = kind in BESIDE and (not digresses or is_of_this)
    return Reply.BESIDE if is_beside else Reply.NONE


def _asks_of_this(turn: Turn, task: Task) -> bool:
    """Whether a short question that names nothing is surer than what else it would be about: "quanto tempo
    leva isso?", beside what is to be done."""
    kind, sure = turn.reply
    is_bare = not turn.facts() and len(turn.text.split()) <= hearing.LONGEST
    return kind in ASKS and sure > turn.confidence and is_bare and not task.only_tells


def asks_when_it_counts(turn: Turn) -> bool:
    """Of what is proposed, or was done."""
    said = plain(turn.text)
    fits = "?" in turn.text and not turn.pressed_a_button and len(said.split()) <= LONGEST_WHEN
    return fits and COUNTS.search(said) is not None


def choice(turn: Turn, work: Work) -> str | None:
    """The option that what she does stands for: "it's back" is "it works"."""
    meant = question_of(work).replies.get(turn.reply[0])
    return meant if meant in [each.value for each in work.options(work.asking)] else None


def asks_on(turn: Turn, about: str) -> str:
    """What she asks about what was told or done last; empty where it is a matter of its own."""
    says_when = asks_when_it_counts(turn) or WHEN.search(plain(turn.text))
    if _is_short(turn) and says_when and turn.confidence < hearing.CLEAR:
        return "asks_when"
    kind, sure = turn.reply
    lost = turn.intent not in TITLES or turn.is_unsure
    unsure = lost or turn.intent == about or turn.confidence < hearing.CLEAR
    asks = kind in ASKS and (turn.does(kind) or (lost and sure >= LIKELY_QUESTION))
    return kind if asks and unsure and _is_short(turn) else ""


def asks_about_last(turn: Turn) -> bool:
    """Whether it is a question, likely about what was told or done last, that nothing there answers."""
    kind, sure = turn.reply
    return turn.last is not None and kind in ASKS and sure >= LIKELY_QUESTION and _is_short(turn)


def _is_certain(turn: Turn, sure: float) -> bool:
    """Of a yes: by what it does alone, or because it begins with one, or seems to want just this."""
    wants_it = turn.intent in ("affirm", (turn.memory("work") or {}).get("task"))
    plainly = agreeing.begins_plainly(turn) or agreeing.is_nothing_but_yes(turn)
    return plainly or sure >= (LIKELY if wants_it else CERTAIN)


def _is_short(turn: Turn) -> bool:
    return not turn.pressed_a_button and 0 < len(turn.text.split()) <= LONGEST and bool(words(turn.text))


def _is_another_matter(turn: Turn, task: Task) -> bool:
    """A clear one; but whoever surely takes it back does so, whatever she names meanwhile."""
    kind, sure = turn.reply
    if turn.intent == "talk_to_agent":
        return True
    takes_back = kind in LEAVES_IT and sure >= CERTAIN
    is_other = turn.intent in TITLES and turn.intent not in (task.intent, *task.akin)
    return is_other and turn.confidence >= hearing.CLEAR and not takes_back
