"""Which other matter she takes up, by what her message means where the talk stands."""

from collections.abc import Set

from actions.meant import wants_a_call
from actions.tasks import TASKS, choosing
from actions.tasks.placing import Meaning
from actions.tasks.replying import ASKS
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import Turn

# What people want once they were told.
NEXT = {
    "check_balance": ("top_up", "make_payment"),
    "check_usage": ("buy_addon", "change_plan", "list_plans"),
    "roaming_info": ("buy_addon",),
    "network_problem": ("buy_addon",),
}
CERTAIN = 0.9  # of another matter, though it is easily taken for an answer
CLEAR = 0.8  # of an intent that says more than the place which matter she takes up
LIKELY = 0.4  # of an intent, where the place only says that it is another matter
LITTLE = 4  # words
LIKELIEST = 3  # intents, among which one that was put aside is taken up again
TOLD_UPON = 0.6  # of a matter that is only told
SURE_OF_A_PERSON, SURE_WHERE_OFFERED = 0.65, 0.85  # who only goes on asking wants none yet
NO_MATTERS = {"talk_to_agent", "stop_flow"}
THANKS = ("thank", "goodbye")
GUESSES = ("first", "second")
# What is told in a place is taken from there: a pack for abroad, a plan of those listed.
CHOSEN_AT = {"told.roaming_info": "buy_addon", "told.list_plans": "change_plan"}


def another_matter(turn: Turn, meaning: Meaning) -> str:
    """The intent; empty where it is about what is open, or was told."""
    if meaning.kind == "person":
        return "talk_to_agent" if _wants_the_person(turn, meaning) else ""
    work = Work.of(turn)
    if meaning.kind == "choose":
        return _chosen_of_what_was_told(turn, meaning) or _rather_than_another(turn, meaning, work)
    if meaning.kind == "yes" or (work and _is_of_the_question(turn, work)):
        return ""
    if meaning.kind == "other":
        return "" if _asks_of_the_last(turn) else _another(turn, meaning)
    if meaning.kind == "aside" and turn.intent == "talk_to_agent" and wants_a_call(turn):
        return turn.intent
    return turn.intent if turn.intent in _others(turn, meaning) and _is_clearer(turn, meaning) else ""


def of_this(turn: Turn, meaning: Meaning) -> set[str]:
    """What is no other matter than the one that is open, or was told last."""
    if (work := Work.of(turn)) is not None:
        is_certain = meaning.kind == "other" and meaning.sure >= CERTAIN
        return {work.task, *(() if is_certain else TASKS[work.task].akin)}
    return {told["task"] for told in (turn.told, turn.last) if told}


def comes_next(turn: Turn, intent: str) -> bool:
    """Whether it is what people want next, once they were told what she was."""
    return intent in NEXT.get((turn.told or turn.last or {}).get("task", ""), ())


def _others(turn: Turn, meaning: Meaning) -> Set[str]:
    return TITLES.keys() - NO_MATTERS - of_this(turn, meaning)


def _wants_the_person(turn: Turn, meaning: Meaning) -> bool:
    """Who only thanks wants none."""
    agrees = bool(turn.offered) and (turn.intent == "affirm" or turn.reply[0] == "agrees")
    least = SURE_WHERE_OFFERED if turn.offered else SURE_OF_A_PERSON
    thanks = turn.intent in THANKS and not turn.is_unsure
    return (turn.intent == "talk_to_agent" or agrees or meaning.sure >= least) and not thanks


def _chosen_of_what_was_told(turn: Turn, meaning: Meaning) -> str:
    if turn.guesses:
        return turn.guesses[GUESSES.index(meaning.told)]
    if meaning.place in CHOSEN_AT:
        turn.points_at = meaning.told
    return CHOSEN_AT.get(meaning.place, "")


def _rather_than_another(turn: Turn, meaning: Meaning, work: Work | None) -> str:
    """ "Mejor no, me quedo con mi plan, nomás ponme los 10 gigas": less another of the same than a matter of
    its own."""
    is_unsure = meaning.told == "other" and meaning.sure < CLEAR
    is_other = turn.intent in TITLES.keys() - NO_MATTERS - {work.task if work else ""}
    return turn.intent if is_unsure and is_other and turn.confidence >= TOLD_UPON else ""


def _is_of_the_question(turn: Turn, work: Work) -> bool:
    """Whether she calls an option by its whole name, orders what is proposed in words of the task, or wonders
    about what it says by itself."""
    task = TASKS[work.task]
    if work.asking == CONFIRM and task.agrees(turn, work.answers):
        return True
    return names_one(turn, work) or bool(task.aside(turn))


def names_one(turn: Turn, work: Work) -> bool:
    """Whether she calls an option by its whole name, or says hardly more than one."""
    options, says_little = work.options(work.asking), len(turn.text.split()) <= LITTLE
    only_one = "?" not in turn.text and says_little and choosing.chosen(turn.text, options) is not None
    return only_one or choosing.called(turn.text, options) is not None


def _asks_of_the_last(turn: Turn) -> bool:
    """Whether it may be a question about what was done or told, though it sounds like another matter."""
    return not turn.memory("work") and turn.does(*ASKS) and turn.confidence < TOLD_UPON


def _another(turn: Turn, meaning: Meaning) -> str:
    """What was put aside, where it is likely; else the intent, or what the place tells."""
    parked = [each["task"] for each in turn.memory("parked") or []]
    if taken_back := [each for each in turn.ranking[:LIKELIEST] if each in parked]:
        return taken_back[0]
    others = _others(turn, meaning)
    least = CLEAR if meaning.told and not comes_next(turn, turn.intent) else LIKELY
    if turn.intent in others and turn.confidence >= least:
        return turn.intent
    return meaning.told if meaning.told in others else ""


def _is_clearer(turn: Turn, meaning: Meaning) -> bool:
    """Whether it is a matter of its own rather than said beside what is open, or was told: what is only told
    does no harm."""
    if turn.intent in TASKS and TASKS[turn.intent].only_tells:
        return turn.confidence >= (TOLD_UPON if meaning.kind == "aside" else CLEAR)
    return meaning.kind == "aside" and turn.confidence >= max(CLEAR, meaning.sure)
