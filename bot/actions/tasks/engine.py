"""Works a task off: asks what is missing, takes corrections, confirms, and has it done once."""

from collections.abc import Sequence
from dataclasses import asdict

from actions import handover
from actions.app_client import Refused
from actions.tasks import TASKS, asking_after, choosing, hearing, placing
from actions.tasks.asking import (
    ask,
    ask_as_before,
    ask_in_other_words,
    ask_to_confirm,
    ask_to_try_again,
    yes_or_no,
)
from actions.tasks.question import Option, Question
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import Turn

MISUNDERSTOOD_TWICE = 2
UNCHANGED = "utter_unchanged"
NO_LONGER_HOLDS = {"proposal_expired", "proposal_outdated"}


async def begin(turn: Turn, task: Task) -> None:
    """She wants this. What was under way is put aside, unless it is the same."""
    work = Work.of(turn)
    if work is not None and work.task == task.intent:
        await _go_on(turn, task, work)
        return
    if not await task.begins(turn):
        return
    if work is not None and hearing.gives_way(turn, TASKS[work.task]):
        work = work.in_place(task.intent)
    else:
        if work is not None:
            work.park(turn)
        work = Work.of_parked(turn, task.intent)
    hearing.takes_mentions(turn, task, work)
    await advance(turn, work)


def cancel(turn: Turn) -> bool:
    """Drop the task under way, in words. False when there is none."""
    work = Work.of(turn)
    if work is None:
        return False
    stopped = TASKS[work.task].stopped(work.answers)
    turn.remember(work=None, last=asking_after.told(work, left=stopped == UNCHANGED))
    turn.say(stopped)
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


async def is_refused(turn: Turn) -> None:
    """The application will not have it."""
    work = Work.of(turn)
    await end(turn)
    if work is not None:
        TASKS[work.task].refused(turn, work.answers)


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
    refused = (work.proposal or {}).get("sentence", "") if hearing.refuses_first(turn) else ""
    work.proposal, work.asking, work.language, work.beside, work.wondered = None, "", turn.language, 0, ""
    work.keep(turn)
    task = TASKS[work.task]
    for question in task.questions:
        if question.slot in work.answers or not question.needed(work.answers):
            continue
        if question.optional and question.slot not in work.said and not question.insists(turn):
            continue
        if not await _settle(turn, work, question):
            return
    await _finish(turn, work, task, refused)


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
    is_chosen = said in [each.value for each in options]
    told = (
        None
        if is_chosen
        else question.told_among(turn, options) or _pointed_at(turn, question, said, options)
    )
    meant = [told] if told else choosing.named(said, options) if said else []
    for each in meant:
        if each.instead:
            turn.tell(each.instead, title=each.title)
    named = bool(meant)
    meant = [each for each in meant if not each.instead]
    options = [each for each in options if not each.instead]
    if said and options and not named and question.unknown and question.tells_one(said):
        turn.say(question.unknown, said=said)
        _open(turn, work, question, options)
        return False
    names_one = len(meant) == 1 and not (said and question.only_narrows(said))
    if names_one or (question.takes_the_only_one and len(options) == 1):
        work.knows(question.slot, options)
        work.answers[question.slot] = (meant or options)[0].value
        return True
    if options:
        _open(turn, work, question, meant or options)
    else:
        turn.remember(work=None)
        handover.offer(turn, question.none)
    return False


def _pointed_at(turn: Turn, question: Question, said: str | None, options: Sequence[Option]) -> Option | None:
    """The one she chose by its role among what was told: "the longer one"."""
    points = turn.points_at and question.slot in placing.POINTED_AT and not said
    return placing.stands_for(turn.points_at, options) if points else None


def _open(turn: Turn, work: Work, question: Question, options: Sequence[Option]) -> None:
    ask(turn, work, question, options)
    work.failures = 0
    work.keep(turn)


async def _finish(turn: Turn, work: Work, task: Task, refused: str) -> None:
    """What she has just refused is not proposed once more."""
    kind = task.ends_in(work.answers)
    try:
        if not kind:
            told = asdict(work) if task.told_of_others else None
            turn.remember(told=told, last=asking_after.told(work))
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
    if proposal["sentence"] == refused and task.may_be_left(CONFIRM, work.answers):
        cancel(turn)
        return
    work.asking, work.failures = CONFIRM, 0
    work.proposal = {"id": proposal["proposal_id"], **{k: proposal[k] for k in ("title", "sentence")}}
    work.keep(turn)
    ask_to_confirm(turn, work, task.confirm)


async def accept(turn: Turn, work: Work) -> None:
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
    turn.remember(work=None, done=done["sentence"], last=asking_after.told(work, done["sentence"]))
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
        await misheard(turn, work)


async def misheard(turn: Turn, work: Work) -> None:
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
