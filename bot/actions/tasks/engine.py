"""Works a task off: asks what is missing, takes corrections, confirms, and has it done once."""

from collections.abc import Sequence
from dataclasses import asdict

from actions import articles, handover
from actions.announcing import SOMEBODY
from actions.app_client import Refused
from actions.plain import words
from actions.tasks import TASKS, agreeing, choosing, hearing
from actions.tasks.asking import (
    ask,
    ask_as_before,
    ask_in_other_words,
    ask_to_confirm,
    ask_to_try_again,
    question_of,
    yes_or_no,
)
from actions.tasks.question import Option, Question
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import Turn

MISUNDERSTOOD_TWICE = 2
NO_LONGER_HOLDS = {"proposal_expired", "proposal_outdated"}
NOES = {"deny", "stop_flow"}
NO_ANSWERS = {"nlu_fallback", "out_of_scope", "affirm"}


async def begin(turn: Turn, task: Task) -> None:
    """She wants this. What was under way is put aside, unless it is the same."""
    work = Work.of(turn)
    if work is not None and work.task == task.intent:
        await _go_on(turn, task, work)
        return
    if not await task.begins(turn):
        return
    if work is not None:
        work.park(turn)
    work = Work(task.intent)
    hearing.takes_mentions(turn, task, work)
    await advance(turn, work)


async def hears(turn: Turn) -> bool:
    """Whether the message belonged to the task under way: an answer, a correction, giving up, or nothing
    that could be understood."""
    work = Work.of(turn)
    if work is None or not work.asking or turn.pressed_a_button or _answers_the_offer(turn):
        return work is None and await _takes_up_again(turn)
    task = TASKS[work.task]
    if hearing.takes_anything(turn, task, work):
        turn.heard_as = work.task
        await advance(turn, work)
    elif aside := task.aside(turn):
        turn.heard_as = work.task
        turn.say(aside)
        await ask_again(turn)
    elif hearing.gives_up(turn):
        turn.heard_as = "stop_flow"
        cancel(turn)
    elif work.asking == CONFIRM and _agrees(turn, task, work):
        await _accept(turn, work)
    elif turn.intent in NO_ANSWERS and not (turn.intent == "affirm" and work.asking == CONFIRM):
        await _answer_or_ask(turn, work)
    elif hearing.is_unsure_digression(turn, work) or (turn.intent in NOES and hearing.asks(turn)):
        turn.heard_as = "nlu_fallback"
        await _answer_or_ask(turn, work)
    else:
        return False
    return True


async def _takes_up_again(turn: Turn) -> bool:
    """Whether she asks the same of something else than what was just told: "y la otra?", "make it 200"."""
    work = Work.told(turn)
    if work is None or turn.pressed_a_button or not hearing.takes_another(turn, TASKS[work.task], work):
        return False
    turn.heard_as = work.task
    await advance(turn, work)
    return True


def _agrees(turn: Turn, task: Task, work: Work) -> bool:
    """Whether a message that was not taken for a yes, or is one of the task's own ways to say so, is one."""
    orders_it = turn.intent in (task.intent, "affirm") and agreeing.orders_it(turn)
    return orders_it or task.agrees(turn, work.answers) or agreeing.says_only_yes(turn)


def _answers_the_offer(turn: Turn) -> bool:
    """A yes or no belongs to what was asked last, which may be an offer made beside the task."""
    return bool(turn.offered) and turn.intent in ("affirm", "deny")


async def hears_choice(turn: Turn, *, sure: bool) -> bool:
    """Whether words that only seem to stop name something that is offered: "mejor la pausa". Where they
    are `sure` to stop, only its whole name does: "cancela"."""
    work = Work.of(turn)
    if work is None or work.asking in ("", CONFIRM):
        return False
    choose = choosing.called if sure else choosing.chosen
    options, question = work.options(work.asking), question_of(work)
    option = choose(turn.text, options)
    heard = question.hear(turn) if option is None and question.hear and not sure else None
    value = option.value if option and not option.instead else heard
    if value not in [each.value for each in options]:
        return False
    work.answers[work.asking] = value
    await advance(turn, work)
    return True


def keeps_in_mind(turn: Turn, task: str) -> None:
    """What she names beside the question of this task is understood once its turn comes."""
    work = Work.of(turn)
    if work is not None and work.task == task and hearing.takes_mentions(turn, TASKS[task], work):
        work.keep(turn)


def is_choosing(turn: Turn) -> bool:
    """Whether what was taken for the wish for a person only names what is offered: "calls, i mean"; or
    what was taken for leaving another of what she chose: "no wait, the small one"."""
    work = Work.of(turn)
    if work is None or not work.asking:
        return False
    if work.asking == CONFIRM:
        return turn.intent == "stop_flow" and hearing.chooses_another(turn, work)
    if turn.intent != "talk_to_agent":
        return False
    names_somebody = SOMEBODY & words(turn.text)
    return not names_somebody and choosing.chosen(turn.text, work.options(work.asking)) is not None


async def says_yes(turn: Turn) -> bool:
    """Whether a yes belonged to the task under way."""
    work = Work.of(turn)
    if work is None:
        return False
    if work.asking == CONFIRM:
        if agreeing.is_clear_yes(turn, work.proposal["id"]):
            await _accept(turn, work)
        elif turn.pressed_a_button:
            await ask_again(turn)
        else:
            await _misheard(turn, work)
        return True
    await advance(turn, work)
    return True


def cancel(turn: Turn) -> bool:
    """Drop the task under way, in words. False when there is none."""
    work = Work.of(turn)
    if work is None:
        return False
    turn.remember(work=None)
    turn.say(TASKS[work.task].stopped(work.answers))
    offer_back(turn)
    return True


def offer_back(turn: Turn) -> None:
    """What was put aside for the task that has just ended."""
    parked = turn.memory("parked")
    if parked and not turn.memory("offer"):
        turn.remember(offer={"of": "parked"})
        turn.say("utter_offer_back", yes_or_no(turn), matter=TITLES[parked[-1]["task"]][turn.language])


async def end(turn: Turn) -> None:
    """The task under way is over without a doing. What a mere question interrupted goes on by itself,
    unless the bot has just asked something else; what another doing interrupted is offered back."""
    work = Work.of(turn)
    turn.remember(work=None)
    if work is None or not TASKS[work.task].only_tells:
        offer_back(turn)
    elif (interrupted := Work.taken_back(turn)) is not None:
        interrupted.keep(turn)
        if not turn.memory("offer"):
            await ask_again(turn)


async def resume(turn: Turn) -> None:
    work = Work.taken_back(turn)
    if work is not None:
        await advance(turn, work)


def drop_parked(turn: Turn) -> None:
    work = Work.taken_back(turn)
    if work is not None:
        turn.say("utter_dropped", matter=TITLES[work.task][turn.language])
        offer_back(turn)


def leave_telling(turn: Turn) -> bool:
    """What would only be told and cannot be told now is left. Whether something it interrupted goes on."""
    work = Work.of(turn)
    if work is None or not TASKS[work.task].only_tells:
        return False
    before = Work.taken_back(turn)
    turn.remember(work=None)
    if before is not None:
        before.keep(turn)
    return before is not None


async def ask_again(turn: Turn) -> None:
    """After something else was answered, the open question is still open; in her language of now."""
    work = Work.of(turn)
    if work is None or not work.asking:
        return
    if work.language == turn.language:
        ask_as_before(turn, work)
    else:
        await advance(turn, work)


def stumble(turn: Turn) -> bool:
    """The application did not answer: the task is kept, and a person called only if that happens again.
    False when there is no task, or it was the second time."""
    work = Work.of(turn)
    if work is None or work.failures:
        return False
    work.failures += 1
    work.keep(turn)
    ask_to_try_again(turn, work)
    return True


async def advance(turn: Turn, work: Work) -> None:
    """She was understood: ask the first question that has no answer yet, or finish."""
    turn.remember(misunderstood=0)
    work.proposal, work.asking, work.language = None, "", turn.language
    work.keep(turn)
    task = TASKS[work.task]
    for question in task.questions:
        if question.slot in work.answers or not question.needed(work.answers):
            continue
        if question.optional and question.slot not in work.said and not question.insists(turn):
            continue
        if not await _settle(turn, work, question):
            return
    await _finish(turn, work, task)


async def _settle(turn: Turn, work: Work, question: Question) -> bool:
    """Whether the question has its answer now; else it is asked, or there is nothing to choose."""
    said = work.said.pop(question.slot, None)
    if said is not None and (question.options is None or question.free):
        work.answers[question.slot] = said
        return True
    if question.options is None:
        _open(turn, work, question, [])
        return False
    options = await question.options(turn, work.answers)
    meant = choosing.named(said, options) if said else []
    for each in meant:
        if each.instead:
            turn.say(each.instead, title=each.title)
    named = bool(meant)
    meant = [each for each in meant if not each.instead]
    options = [each for each in options if not each.instead]
    if said and options and not named and question.unknown and question.tells_one(said):
        turn.say(question.unknown, said=said)
        _open(turn, work, question, options)
        return False
    if len(meant) == 1 or (question.takes_the_only_one and len(options) == 1):
        work.knows(question.slot, options)
        work.answers[question.slot] = (meant or options)[0].value
        return True
    if options:
        _open(turn, work, question, meant or options)
    else:
        turn.remember(work=None)
        handover.offer(turn, question.none)
    return False


def _open(turn: Turn, work: Work, question: Question, options: Sequence[Option]) -> None:
    ask(turn, work, question, options)
    work.failures = 0
    work.keep(turn)


async def _finish(turn: Turn, work: Work, task: Task) -> None:
    kind = task.ends_in(work.answers)
    try:
        if not kind:
            turn.remember(told=asdict(work) if task.told_of_others else None)
            await task.tell(turn, work.answers)
            await end(turn)
            return
        proposal = await turn.app.propose(kind, await task.wanted(turn, work.answers))
    except Refused as refusal:
        slot = task.asks_again.get(refusal.code)
        if slot not in work.answers:
            raise
        del work.answers[slot]
        turn.say("utter_told", sentence=refusal.message)
        await advance(turn, work)
        return
    work.asking, work.failures = CONFIRM, 0
    work.proposal = {"id": proposal["proposal_id"], **{k: proposal[k] for k in ("title", "sentence")}}
    work.keep(turn)
    ask_to_confirm(turn, work, task.confirm)


async def _accept(turn: Turn, work: Work) -> None:
    """The application does a proposal once, however often it is accepted."""
    try:
        done = await turn.app.accept(work.proposal["id"])
    except Refused as refusal:
        if refusal.code == "proposal_under_way":
            turn.say("utter_told", sentence=refusal.message)
            return
        if refusal.code not in NO_LONGER_HOLDS:
            raise
        turn.say("utter_expired")
        await advance(turn, work)
        return
    turn.say(TASKS[work.task].done, sentence=done["sentence"])
    if done.get("custom"):
        turn.show(**done["custom"])
    turn.remember(work=None, done=done["sentence"])
    if await TASKS[work.task].goes_on(turn, work.answers):
        await advance(turn, work)
    else:
        offer_back(turn)


async def _go_on(turn: Turn, task: Task, work: Work) -> None:
    """The same matter again: with something new it advances, else the open question is repeated."""
    new = hearing.takes_mentions(turn, task, work)
    if new or not work.asking or work.failures or turn.pressed_a_button:
        await advance(turn, work)
    else:
        await _misheard(turn, work)


async def _answer_or_ask(turn: Turn, work: Work) -> None:
    """What she asks beside the task may stand in an article; else it was misheard."""
    if hearing.asks(turn) and await articles.answers_beside(turn):
        await ask_again(turn)
    else:
        await _misheard(turn, work)


async def _misheard(turn: Turn, work: Work) -> None:
    """Ask in other words; the second time a person helps. What came twice is asked again as it was."""
    if turn.heard_twice or work.language != turn.language:
        await ask_again(turn)
        return
    times = (turn.memory("misunderstood") or 0) + 1
    turn.remember(misunderstood=times)
    if times >= MISUNDERSTOOD_TWICE:
        await handover.hand_over(turn, "not_understood", "utter_handover_not_understood")
    else:
        ask_in_other_words(turn, work)
