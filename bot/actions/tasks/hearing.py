"""What a message says to the task under way: an answer, a change of mind, or nothing."""

import re
from collections.abc import Sequence
from copy import copy
from typing import Any

from actions.holding_back import OUTRIGHT, refuses
from actions.manners import dislikes
from actions.plain import CLAUSES, plain
from actions.tasks import TASKS, agreeing, choosing
from actions.tasks.asking import question_of
from actions.tasks.how_much import corrects_a_figure
from actions.tasks.question import Option, Question
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import UNSURE, Turn

LINE = "line_id"
ASKED = re.compile(r"[^.;!?\n]*\?+")  # a sentence
SURE = 0.6  # of an intent that leaves the open question
CLEAR = 0.8  # of one that does so whatever else it names
GIVES_UP = {"cancel", "cancela", "cancelar", "cancele", "cancelalo", "cancelala", "cancelado", "stop", "para"}
LEAVES_IT = re.compile(
    r"(?:(?:no|nah|ok|okay|oh|ah|ay|uy|hmm|bueno|pues|actually|just|entonces|nao|entao|bom|pensandolo bien"
    r"|pensando bem|on second thought) )*"
    r"(?:(?:leave|forget|drop|skip) (?:it|that)|never ?mind|better not|dejalo|deja(?: eso)?|olvidalo|mejor no"
    r"|deixa(?: isso)?|esquece(?: isso)?|melhor nao)"
    r"(?: (?:asi|entonces|por ahora|then|for now|be|assim|quieto|pra la|para la|por enquanto))*"
)
CLAUSE = re.compile(r"[,.;!\n]+")  # a question answers none
THE_LINE = {"linea", "line", "linha", "servicio", "service", "servico", "contrato", "contract", "chip", "sim"}
# While she is asked to confirm, these say all, whatever comes after them.
HOLDS_BACK = re.compile(
    r"(?:(?:m+|h?mm+|ay|ah|oh|uy|eh|pera|ok) )*(?:no|nao|nah)(?: no)? ?"
    r"(?:espera\w*|pera|wait|aguanta|mejor no|hold on)"
)
REFUSES = re.compile(
    r"(?:(?:m+|h?mm+|ay|ah|oh|uy|eh|ok|hey|oye|oiga|calma) )*"
    r"(?:(?:no|nao|nah|nope|wait|espera\w*|pera|aguanta|hold on|calma|stop)(?: |$))+"
)
LONGEST = 12  # words; of what is no clear matter of its own
FIRST_WORDS = 5
SHORT = 4  # words; a longer message may ask something else and still hold words that answer


def takes_mentions(turn: Turn, task: Task, work: Work) -> bool:
    """Keep what the words, or the button, say to any question; whether that is anything new."""
    new = False
    for question in task.questions:
        said = question.mentioned(turn)
        if said is None or not question.fits(said, work.options(question.slot)):
            continue
        if _only_asks_of(turn, task, work, question):
            continue
        if not _is_known(work, question, said):
            answers_anew(task, work, question, said)
            new = True
    return new


def _only_asks_of(turn: Turn, task: Task, work: Work, question: Question) -> bool:
    """Whether another line is only asked about: that of something that is done is not changed by it."""
    is_kept = question.slot == LINE and LINE in work.answers and not task.only_tells
    if not is_kept or not asks(turn):
        return False
    besides = copy(turn)
    besides.message = {**turn.message, "text": ASKED.sub(" ", turn.text), "entities": []}
    return question.mentioned(besides) is None


def takes_answer(turn: Turn, task: Task, work: Work) -> bool:
    """Whether the open question is answered now."""
    if work.asking == CONFIRM:
        return False
    question = question_of(work)
    is_answered = _names_one(turn, work, question) or _is_heard_beside(turn, task, question)
    if not question.any_words and _is_another_matter(turn, task) and not is_answered:
        return _takes_first_words(turn, work, question)
    if turn.is_unsure and "?" in turn.text and _takes_first_words(turn, work, question):
        return True
    said = question.mentioned(turn)
    if said is None or not question.fits(said, work.options(question.slot)):
        heard = _heard(turn, work, question)
        if heard is not None:
            work.answers[question.slot] = heard
            if len(turn.text.split()) > SHORT or "," in turn.text:
                takes_mentions(turn, task, work)  # what else it says
        return heard is not None
    if not (takes_mentions(turn, task, work) and question.slot in work.said):
        return False
    _takes_pointed_correction(turn, task, work)
    return True


def _names_one(turn: Turn, work: Work, question: Question) -> bool:
    """Whether it names just one of the options of the open question, which weighs more than what it may
    want besides: "the card that is saved there"."""
    if turn.confidence >= CLEAR or "?" in turn.text:
        return False
    said = question.mentioned(turn)
    return said is not None and len(choosing.named(said, work.options(question.slot))) == 1


def _is_heard_beside(turn: Turn, task: Task, question: Question) -> bool:
    """Whether it answers, and asks besides what the task itself knows: "not today. And the number stays?"."""
    return bool(question.hear and task.aside(turn)) and question.hear(turn) is not None


def _takes_first_words(turn: Turn, work: Work, question: Question) -> bool:
    """ "The 5 gb wala. But do I lose what's left?": she chooses, and asks what comes next tells."""
    first = next((each for each in CLAUSE.split(turn.said) if plain(each)), "")
    if first == turn.said or len(plain(first).split()) > FIRST_WORDS or refuses(first):
        return False
    option = choosing.chosen(first, work.options(question.slot))
    if option is not None:
        work.answers[question.slot] = option.value
    return option is not None


def takes_instead(turn: Turn, task: Task, work: Work) -> bool:
    """Whether, once she leaves what was proposed, she names one that she may have: "faz o de 20"."""
    if refuses(turn.said) or dislikes(turn.text) or "?" in turn.text or _names_none_offered(turn, task, work):
        return False
    for question in reversed(task.questions):
        options, said = work.options(question.slot), question.mentioned(turn)
        found = choosing.named(said, options) if said else []
        option = found[0] if len(found) == 1 else choosing.chosen(turn.text, options)
        if option is not None:
            answers_anew(task, work, question, option.value)
            return True
    return False


def chooses_another(turn: Turn, work: Work) -> bool:
    """Whether she names, briefly, another option than the one she has."""
    found = [(choosing.chosen(turn.text, work.options(slot)), value) for slot, value in work.answers.items()]
    return any(option is not None and option.value != value for option, value in found)


def gives_up(turn: Turn) -> bool:
    """ "Cancela eso", while something is under way, is no wish to lose the line; "no, leave it, I'll pay at
    the shop" says all in its first words."""
    clauses = CLAUSES.split(turn.text)
    if not agreeing.comes_round(turn) and any(map(leaves_it, (clauses[0], *clauses[-2:]))):
        return True
    if (turn.memory("work") or {}).get("asking") == CONFIRM and HOLDS_BACK.fullmatch(plain(clauses[0])):
        return not agreeing.comes_round(turn)
    said = plain(turn.text).split()
    return 0 < len(said) <= SHORT and said[0] in GIVES_UP and not THE_LINE & set(said)


def refuses_first(turn: Turn) -> bool:
    """ "No no wait, …": a no, or a wait, before anything else, and no yes after it."""
    first = next((each for each in map(plain, CLAUSES.split(turn.said)) if each), "")
    is_no = REFUSES.fullmatch(first) is not None or HOLDS_BACK.fullmatch(first) is not None
    return is_no and "?" not in turn.text and not agreeing.comes_round(turn)


def leaves_it(clause: str) -> bool:
    """Whether it says nothing else."""
    return LEAVES_IT.fullmatch(plain(clause)) is not None


def asks(turn: Turn) -> bool:
    """A question is no no: "wait, will it be this month already? i dont want that"."""
    first = plain(turn.text).split()[:1]
    return "?" in turn.text and not turn.pressed_a_button and not OUTRIGHT & set(first)


def is_unsure_digression(turn: Turn, work: Work) -> bool:
    """In the middle of something, a guess is no reason to answer another question, less to begin a doing."""
    begins_a_doing = turn.intent in TASKS and not TASKS[turn.intent].only_tells
    least = SURE if begins_a_doing else UNSURE
    return turn.intent in TITLES and turn.intent != work.task and turn.confidence < least


def takes_anything(turn: Turn, task: Task, work: Work) -> bool:
    """Whether it is an answer, a correction, or what is known already."""
    if task.speaks_beside(turn) or (gives_up(turn) and _names_none_offered(turn, task, work)):
        return False
    is_new = takes_answer(turn, task, work) or takes_correction(turn, task, work)
    return is_new or _says_again(turn, task, work) or _takes_what_was_kept(turn, task, work)


def _names_none_offered(turn: Turn, task: Task, work: Work) -> bool:
    """ "Deixa quieto, fico com o de 20": what she names beside leaving is none that she may have."""
    offered = [(each.mentioned(turn), work.options(each.slot)) for each in task.questions]
    named = [choosing.named(said, options) for said, options in offered if said and options]
    return bool(named) and not any(named)


def takes_correction(turn: Turn, task: Task, work: Work) -> bool:
    """Whether she changed her mind on something already answered: "no, the 20 giga one"."""
    agrees = work.asking == CONFIRM and agreeing.is_nothing_but_yes(turn)
    if agrees or _is_another_matter(turn, task):
        return False
    if takes_mentions(turn, task, work):
        _takes_pointed_correction(turn, task, work)
        return True
    return any(_corrected(turn, task, work, question) for question in _meant(turn, task, work))


def takes_another(turn: Turn, task: Task, work: Work) -> bool:
    """Whether, once all is told, she wants the same with one answer changed, or told more to."""
    if corrects_a_figure(turn) or turn.does("answers"):
        return takes_mentions(turn, task, work)
    meant = _meant(turn, task, work)
    return any(
        choosing.asks_for_another(turn.text, each.about) and _corrected(turn, task, work, each)
        for each in meant
    )


def _says_again(turn: Turn, task: Task, work: Work) -> bool:
    """Whether she only names once more, while something else is asked, what is known already."""
    is_short = len(turn.text.split()) <= (SHORT if turn.confidence >= SURE else LONGEST)
    if work.asking == CONFIRM or not is_short or turn.intent in ("stop_flow", "talk_to_agent"):
        return False
    return names_known(turn, task, work)


def _takes_what_was_kept(turn: Turn, task: Task, work: Work) -> bool:
    """Whether, asked to confirm, she points at what she had named beside it: "ok that one then"."""
    if work.asking != CONFIRM or "?" in turn.text or agreeing.is_nothing_but_yes(turn):
        return False
    kept = [each for each in task.questions if each.slot in work.said]
    return any(each.mentioned(turn) == work.said[each.slot] for each in kept)


def names_known(turn: Turn, task: Task, work: Work) -> bool:
    """Whether it names what is known already, and nothing is to be understood anew."""
    said = [(each, each.mentioned(turn)) for each in task.questions if each.slot in work.answers]
    return any(told is not None and _is_known(work, question, told) for question, told in said)


def _takes_pointed_correction(turn: Turn, task: Task, work: Work) -> None:
    """ "The other line, and the 20 giga one": what she points at besides what she names."""
    said = set(plain(turn.text).split())
    for question in _meant(turn, task, work):
        if said & set(question.about.split()) and _corrected(turn, task, work, question):
            return


def _corrected(turn: Turn, task: Task, work: Work, question: Question) -> bool:
    if _only_asks_of(turn, task, work, question):
        return False
    current, options = work.answers[question.slot], work.options(question.slot)
    wants_other = choosing.wants_other(turn.text, question.about)
    others = [each for each in options if each.value != current]
    if wants_other and len(others) > 1:
        answers_anew(task, work, question, None)
        return True
    akin = (*TASKS[work.task].akin, "deny")
    other = others[0] if wants_other else _chosen(turn, work, options, akin)
    if other is None or other.value == current:
        return False
    answers_anew(task, work, question, other.value)
    return True


def _meant(turn: Turn, task: Task, work: Work) -> list[Question]:
    """The answered questions that a correction may be about: the one it names, else the latest first."""
    open_to_it = [
        each
        for each in reversed(task.questions)
        if each.slot in work.answers and len(work.options(each.slot)) > 1
    ]
    said = set(plain(turn.text).split())
    return [each for each in open_to_it if said & set(each.about.split())] or open_to_it


def answers_anew(task: Task, work: Work, question: Question, said: str | None) -> None:
    """Understand it anew, and all that was answered after it."""
    slots = [each.slot for each in task.questions]
    for slot in slots[slots.index(question.slot) :]:
        if slot in work.answers:
            work.said.setdefault(slot, str(work.answers.pop(slot)))
    work.said.pop(question.slot, None)
    if said is not None:
        work.said[question.slot] = said


def _is_known(work: Work, question: Question, said: str) -> bool:
    """The same as before, perhaps by another of its names."""
    current = work.answers.get(question.slot)
    meant = choosing.named(said, work.options(question.slot))
    return said in (current, work.said.get(question.slot)) or current in [each.value for each in meant]


def _heard(turn: Turn, work: Work, question: Question) -> Any:
    """One of the options, by its number, place or name, or by a yes or no where these are the options;
    else what the question itself hears. The other way round where the answer is free."""
    options = work.options(question.slot)
    agreed = {"affirm": "yes", "deny": "no"}.get(turn.intent)
    if agreed in [each.value for each in options]:
        return agreed
    if work.wondered in [each.value for each in options] and agreeing.is_nothing_but_yes(turn):
        return work.wondered
    if len(options) == 1 and (turn.intent == "affirm" or _begins_with_yes(turn)):
        return options[0].value
    akin = TASKS[work.task].akin if turn.confidence < SURE else ()
    option = _chosen(turn, work, options, (*akin, "deny"))
    if option and not question.free:
        return option.value
    heard = question.hear(turn) if question.hear else None
    return option.value if option and heard is None else heard


def _begins_with_yes(turn: Turn) -> bool:
    """ "Sí, confirmo, en la 0231 no en la mía"."""
    first = next((each for each in CLAUSE.split(turn.said) if plain(each)), "")
    return "?" not in turn.text and not turn.pressed_a_button and agreeing.says_only_yes(first)


def _chosen(turn: Turn, work: Work, options: Sequence[Option], akin: Sequence[str] = ()) -> Option | None:
    """What a short answer means, or a clause of a longer one that is about this, or taken for what is
    `akin` to it."""
    option = choosing.chosen(turn.text, options)
    if option is None and (turn.intent in (work.task, *akin) or turn.does("answers")):
        option = choosing.chosen_in_a_clause(turn.said, options)
    return option


def gives_way(turn: Turn, task: Task) -> bool:
    """Whether she surely wants another task in its place, though its answers are taken for that one."""
    return turn.confidence >= SURE and not turn.pressed_a_button and task.gives_way(turn)


def _is_another_matter(turn: Turn, task: Task) -> bool:
    """Whether she clearly asks something else."""
    if gives_way(turn, task):
        return True
    other = turn.intent in TITLES and turn.intent not in (task.intent, *task.akin)
    says_so = turn.confidence >= SURE and len(turn.text.split()) > SHORT
    return other and says_so and not corrects_a_figure(turn)
