"""What comes of what her message means where the talk stands."""

import re

from actions import articles
from actions.amounts import bare_amount
from actions.holding_back import puts_off, refuses
from actions.plain import plain, words
from actions.sizes import size_of
from actions.tasks import TASKS, agreeing, choosing, engine, hearing, meeting, placing, replying
from actions.tasks.another_matter import LIKELY, comes_next, names_one, of_this
from actions.tasks.asking import question_of
from actions.tasks.how_much import CORRECTS, in_figures
from actions.tasks.placing import Meaning
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.turn import NOT_UNDERSTOOD, Turn

NOES = ("deny", "stop_flow")
CERTAIN = 0.9  # of what is refused, whatever the words name
BESIDE = 0.75  # of what is said beside the question, though they name something
SURE_OF_A_ROLE = 0.8  # of an option, though she seems to name another
PRICED = ("plan_name", "pack")  # whose price a proposal tells
BEGUN_UPON = 0.7  # of what would be begun upon what is only said beside
SAYS_NO = 0.75  # of an intent, beside which nothing is a yes
CHARGES = ("raised", "plan")  # what is wrong says that something is
NAMED_RATHER = ("small", "big", "smaller")  # by its name, where there may be more of them
NAMED_IN_IT = ("amount", "city")  # what a yes may repeat of what is proposed: "yes 600"
AMOUNT = "amount"
LEAST = words("menos least lowest minimum")


async def takes(turn: Turn, meaning: Meaning) -> bool:
    """Whether it was taken as what it means there."""
    work = Work.of(turn)
    if turn.offered.get("of") == "parked":
        return await _goes_on(turn, meaning)
    if work is None:
        return await _takes_after(turn, meaning)
    task = TASKS[work.task]
    taking = TAKING.get(meaning.kind)
    expressly = work.asking != CONFIRM and names_one(turn, work)
    if taking is None or expressly or hearing.gives_way(turn, task):
        return False
    turn.in_task = True
    return await taking(turn, task, work, meaning)


def leaves_what_she_refuses(turn: Turn) -> None:
    """ "Nah, too pricey, just put the 10 gigas": what was proposed is not offered again after the other."""
    work = Work.of(turn)
    if work and work.asking == CONFIRM and (refuses(turn.said) or turn.reply[0] == "declines"):
        turn.remember(work=None)


async def _goes_on(turn: Turn, meaning: Meaning) -> bool:
    """With what was put aside, or not."""
    if meaning.kind == "yes":
        turn.heard_as = "affirm"
        await engine.resume(turn)
    elif meaning.kind == "no":
        turn.heard_as = "deny"
        engine.drop_parked(turn)
    return meaning.kind in ("yes", "no")


async def _agrees(turn: Turn, task: Task, work: Work, _meaning: Meaning) -> bool:
    """What she names that is not proposed has corrected it; a question is answered first."""
    if not _seems_a_yes(turn):
        return False
    amended = _heard(turn, task, work)
    if amended is not None and _is_changed(amended, work.answers):
        turn.heard_as = work.task
        await engine.advance(turn, amended)
    elif task.doubts(turn, work.answers):
        turn.heard_as = work.task
        await engine.misheard(turn, work)
    elif "?" in turn.text:
        await _answers_beside(turn, task, work)
    else:
        turn.heard_as = "affirm"
        await engine.accept(turn, work)
    return True


def _heard(turn: Turn, task: Task, work: Work) -> Work | None:
    """The work as her words alone would have it, where they name something; `work` stays as it is."""
    trial = work.copied()
    return trial if hearing.takes_anything(turn, task, trial) else None


def _seems_a_yes(turn: Turn) -> bool:
    """What something is done upon takes more than the place: no word of a no, and something of a yes."""
    if hearing.refuses_first(turn) or (turn.intent in NOES and turn.confidence >= SAYS_NO):
        return False
    return turn.intent == "affirm" or turn.reply[0] == "agrees" or agreeing.begins_with_a_yes(turn)


async def _leaves(turn: Turn, task: Task, work: Work, meaning: Meaning) -> bool:
    agrees = turn.intent == "affirm" and turn.does("agrees")
    if agrees or agreeing.comes_round(turn) or task.agrees(turn, work.answers):
        return False
    if (instead := _instead(turn, task, work, meaning)) is not None:
        turn.heard_as = work.task
        await engine.advance(turn, instead)
        return True
    turn.heard_as = "stop_flow"
    question = question_of(work) if work.asking != CONFIRM else None
    if question and question.leaves in [each.value for each in work.options(work.asking)]:
        work.answers[work.asking] = question.leaves
        await engine.advance(turn, work)
        return True
    return task.may_be_left(work.asking, work.answers) and engine.cancel(turn)


def _instead(turn: Turn, task: Task, work: Work, meaning: Meaning) -> Work | None:
    """ "No, mejor la de 5 gigas": what she names in the place of what she refuses."""
    if work.asking == CONFIRM:
        trial = work.copied()
        corrects = "?" not in turn.text and hearing.takes_correction(turn, task, trial)
        if corrects and _is_changed(trial, work.answers):
            return trial
        trial = work.copied()
        return trial if hearing.takes_instead(turn, task, trial) else None
    is_free = question_of(work).options is None
    corrects = CORRECTS.search(plain(turn.text)) is not None
    return _heard(turn, task, work) if corrects or (meaning.sure < CERTAIN and not is_free) else None


async def _chooses(turn: Turn, task: Task, work: Work, meaning: Meaning) -> bool:
    if work.asking == CONFIRM and meaning.told in NAMED_IN_IT and _says_yes_to_it(turn, task, work):
        return await _agrees(turn, task, work, meaning)
    turn.heard_as = work.task
    chosen = (
        _amended(turn, task, work, meaning)
        if work.asking == CONFIRM
        else _answered(turn, task, work, meaning)
    )
    if chosen is not None:
        await engine.advance(turn, chosen)
    elif meaning.told == AMOUNT and puts_off(turn.text):
        return await _leaves(turn, task, work, meaning)
    return chosen is not None


def _says_yes_to_it(turn: Turn, task: Task, work: Work) -> bool:
    """ "Yes 600", where 600 is what is proposed."""
    amended = _heard(turn, task, work)
    return _seems_a_yes(turn) and (amended is None or not _is_changed(amended, work.answers))


def _answered(turn: Turn, task: Task, work: Work, meaning: Meaning) -> Work | None:
    """By what she names, where there may be more of them than were known when it was learnt; else by what it
    stands for."""
    if meaning.told == AMOUNT:
        return _answered_how_much(turn, work)
    named, options = _heard(turn, task, work), work.options(work.asking)
    option = placing.stands_for(meaning.told, options)
    if named is None and (turn.intent == "affirm" or turn.does("agrees")):
        return _wondered(work)  # a yes alone chooses none
    if option is None and meaning.told in CHARGES:
        turn.points_at = meaning.told
        option = placing.stands_for("wrong", options)
    of_several = meaning.told in NAMED_RATHER and len(options) > placing.TWO
    of_lines = work.asking == hearing.LINE
    believes_her = option is None or of_several or of_lines or meaning.sure < SURE_OF_A_ROLE
    if named is not None and (believes_her or _says(named, work.asking, option)):
        return named
    if option is None:
        return None
    work.answers[work.asking] = option.value
    return work


def _wondered(work: Work) -> Work | None:
    """With the option that she asked about last."""
    if work.wondered:
        work.answers[work.asking] = work.wondered
    return work if work.wondered else None


def _says(named: Work, slot: str, option: Option) -> bool:
    """Whether it is the same option, perhaps with more that she says."""
    said = {named.answers.get(slot), named.said.get(slot)} - {None}
    return bool(said & {option.value, *option.names})


def _answered_how_much(turn: Turn, work: Work) -> Work | None:
    """The sum that she names, or the least or most of those that are offered; of a bill or a way to pay it
    is a part of what is paid."""
    amount = amount_in(turn)
    if amount is None and work.asking == AMOUNT:
        size = 0 if LEAST & words(turn.text) else {"little": 0, "much": -1}.get(size_of(turn.text))
        sums = [each.value for each in work.options(AMOUNT) if each.value[:1].isdigit()]
        amount = sums[size] if size is not None and sums else None
    if amount is None:
        return None
    work.answers[AMOUNT] = amount
    return work


def _amended(turn: Turn, task: Task, work: Work, meaning: Meaning) -> Work | None:
    """What is proposed, changed: by what she names, else by what it stands for."""
    named = work.copied()
    is_changed = _is_otherwise if meaning.told == "other" else _is_changed
    if hearing.takes_correction(turn, task, named) and is_changed(named, work.answers):
        return named
    answered = [each for each in reversed(task.questions) if each.slot in work.answers]
    if meaning.told == AMOUNT:
        answered = [each for each in task.questions if each.slot == AMOUNT]
        values = [amount_in(turn)] * len(answered)
    elif meaning.told == "other":
        answered = [each for each in answered if each.slot != hearing.LINE]
        values = [_the_other(task, work, each) for each in answered]
    else:
        found = [placing.stands_for(meaning.told, work.options(each.slot)) for each in answered]
        values = [option.value if option else None for option in found]
    for question, value in zip(answered, values):
        if value is not None:
            hearing.answers_anew(task, work, question, value or None)
            return work
    return None


def _the_other(task: Task, work: Work, question: Question) -> str | None:
    """The value of the one that could be proposed instead; empty where there are several, of which she is to
    choose; None where there is none."""
    others = [each for each in work.options(question.slot) if _is_like(task, work.answers, question, each)]
    return (others[0].value if len(others) == 1 else "") if others else None


def _is_changed(work: Work, before: Answers) -> bool:
    """Whether anything is, or will be understood, otherwise than it was answered, or is said besides."""
    known = {**work.said, **work.answers}
    return _is_otherwise(work, before) or bool(known.keys() - before.keys())


def _is_otherwise(work: Work, before: Answers) -> bool:
    known = {**work.said, **work.answers}
    return any(known.get(slot) != value for slot, value in before.items())


def _is_like(task: Task, answers: Answers, question: Question, option: Option) -> bool:
    """Whether it could be proposed in the place of what is proposed."""
    if option.instead or option.value == answers[question.slot]:
        return False
    return task.ends_in({**answers, question.slot: option.value}) == task.ends_in(answers)


def amount_in(turn: Turn) -> str | None:
    """The sum she names where one is asked for, or amended: the last number that may be one."""
    if turn.names_other_money:
        return None
    said = in_figures(turn.text)
    found = turn.entity(AMOUNT) or bare_amount(said)
    if found:
        return found
    numbers = re.findall(r"(?<![\w.,])\d{2,6}(?:[.,]\d{1,2})?(?![\w])", said)
    return numbers[-1].replace(",", ".") if numbers else None


async def _is_beside(turn: Turn, task: Task, work: Work, meaning: Meaning) -> bool:
    """Her words alone are believed where the place is less than certain, where they agree, and where they
    name what is still to be asked, or another whose price she asks."""
    expressly = meaning.sure < BESIDE or ("?" not in turn.text and task.agrees(turn, work.answers))
    if expressly or _names_another(turn, task, work) or _names_what_is_next(turn, task, work):
        return False
    await _answers_beside(turn, task, work)
    return True


def _names_another(turn: Turn, task: Task, work: Work) -> bool:
    """ "Too much for me. The 20 giga one is how much?": what she agrees to next may be that one."""
    priced = [each for each in task.questions if each.slot in PRICED]
    said = [(each, each.mentioned(turn)) for each in priced]
    named = any(told is not None and told != work.answers.get(each.slot) for each, told in said)
    return named or (turn.does("asks_price") and bool(priced) and _heard(turn, task, work) is not None)


def _names_what_is_next(turn: Turn, task: Task, work: Work) -> bool:
    """ "How much is the 20 giga one", while the line is asked."""
    known = (*work.answers, work.asking)
    return any(each.mentioned(turn) is not None for each in task.questions if each.slot not in known)


async def _answers_beside(turn: Turn, task: Task, work: Work) -> None:
    turn.heard_as = work.task
    if work.asking != CONFIRM:
        work.wondered = choosing.wondered_about(turn.said, work.options(work.asking))
        work.keep(turn)
    if await meeting.is_told_aside(turn, task, work):
        await engine.ask_again(turn)
    else:
        await meeting.answers_beside(turn, work)


def is_said_of_the_last(turn: Turn, meaning: Meaning) -> bool:
    """Whether it is only said beside what was told or done."""
    return meaning.kind == "aside" and not turn.memory("work")


async def _takes_after(turn: Turn, meaning: Meaning) -> bool:
    """After something was told, done, left or offered. What is only said beside it is answered by whoever
    knows, but begins nothing (`only_asks`)."""
    turn.only_asks = meaning.kind == "aside"
    if meaning.kind == "other" and meaning.told in of_this(turn, meaning):
        return await _does_it_again(turn, meaning)
    if meaning.kind != "closes" or (turn.done and turn.intent == "affirm" and not agreeing.praises(turn)):
        return False  # "yes" once more: it is told that it is done
    turn.heard_as = "thank" if turn.intent == "thank" else "deny"
    turn.say("utter_welcome" if turn.intent == "thank" else "utter_anything_else")
    turn.remember(told=turn.told, last=turn.last)
    return True


async def _does_it_again(turn: Turn, meaning: Meaning) -> bool:
    """The same as was told or done last, in another way: "rather by card"."""
    if not await meeting.is_about_the_last(turn):
        turn.heard_as = meaning.told
        turn.in_task = True
        await engine.begin(turn, TASKS[meaning.told])
    return True


def begins_nothing(turn: Turn, intent: str) -> bool:
    """Whether what was only said beside something would begin a doing, or is not understood."""
    is_doing = intent in TASKS and not TASKS[intent].only_tells
    calls = intent == "talk_to_agent" and "?" in turn.text
    is_the_last = is_doing and turn.last is not None and turn.last["task"] == intent
    least = LIKELY if comes_next(turn, intent) else BEGUN_UPON
    is_unclear = (is_doing or calls) and turn.confidence < least
    return turn.only_asks and (is_unclear or is_the_last or intent in NOT_UNDERSTOOD)


async def answers_after(turn: Turn) -> None:
    """What an article says; else an honest word."""
    turn.heard_as = (turn.told or turn.last or {}).get("task", "")
    turn.remember(told=turn.told, last=turn.last, listed=turn.listed or None, offer=turn.offered or None)
    if not await articles.answers_beside(turn):
        asks = "?" in turn.text or turn.does(*replying.ASKS)
        turn.say("utter_cannot_tell" if asks else "utter_noted")


TAKING = {"yes": _agrees, "no": _leaves, "closes": _leaves, "choose": _chooses, "aside": _is_beside}
