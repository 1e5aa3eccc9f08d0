"""A message meets the task under way: an answer, a yes, a question beside it, or a matter of its own."""

from collections.abc import Sequence
from typing import Any

from actions import articles, parsing, tax
from actions.announcing import SOMEBODY
from actions.plain import words
from actions.splitting import clauses_of
from actions.tasks import TASKS, agreeing, asking_after, choosing, engine, hearing, replying
from actions.tasks.asking import question_of
from actions.tasks.replying import Reply
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM, Work
from actions.titles import TITLES
from actions.turn import DONE_UPON, NOT_UNDERSTOOD, Turn

MOST_BESIDE = 2
WISHED = 0.6  # of what a clause wants instead; it is asked once more before it is done
SAME_THING = {"line_id", "invoice_number"}  # what a question about the last thing is about, too
NO_WISHES = ("declines", "understood", "tells")
NOES = {"deny", "stop_flow"}
NO_ANSWERS = {*NOT_UNDERSTOOD, "affirm"}


async def hears(turn: Turn) -> bool:
    """Whether the message belonged to the task under way: an answer, a correction, giving up, or nothing
    that could be understood."""
    work = Work.of(turn)
    if work is None or not work.asking or turn.pressed_a_button or _answers_the_offer(turn):
        return work is None and await is_about_the_last(turn)
    return await _meets(turn, TASKS[work.task], work)


async def _meets(turn: Turn, task: Task, work: Work) -> bool:
    if hearing.takes_anything(turn, task, work):
        turn.heard_as = work.task
        await engine.advance(turn, work)
    elif await is_told_aside(turn, task, work):
        turn.heard_as = work.task
        await engine.ask_again(turn)
    elif hearing.gives_up(turn):
        turn.heard_as = "stop_flow"
        await leaves(turn)
    elif work.asking == CONFIRM and _agrees_to_another_thing(turn, task, work):
        turn.heard_as = work.task
        await engine.misheard(turn, work)
    elif work.asking == CONFIRM and _agrees(turn, task, work):
        await engine.accept(turn, work)
    elif (reply := replying.of(turn, task, work)) is not Reply.NONE:
        await _takes_reply(turn, work, reply)
    elif _is_nothing_clear(turn, work):
        await _answer_or_ask(turn, work)
    else:
        return await _keeps_in_front(turn, task, work)
    return True


async def _keeps_in_front(turn: Turn, task: Task, work: Work) -> bool:
    """Whether what is urgent goes on, though she asks something else; an article may say what."""
    if not task.comes_first(turn, work.answers):
        return False
    turn.heard_as = work.task
    await articles.answers_beside(turn)
    await engine.ask_again(turn)
    return True


async def is_told_aside(turn: Turn, task: Task, work: Work) -> bool:
    """What the task says of itself, by itself or with what the application knows."""
    if aside := task.aside(turn):
        turn.tell(aside)
        return True
    if work.asking == CONFIRM and replying.asks_when_it_counts(turn):
        return True  # the proposal says it
    return not hearing.gives_up(turn) and await task.answers_beside(turn, work.answers)


async def is_about_the_last(turn: Turn) -> bool:
    taken = await _takes_up_again(turn) or await tax.answers_on(turn)
    return taken or await _answers_beside(turn) or await _asks_on(turn)


def _is_nothing_clear(turn: Turn, work: Work) -> bool:
    """Whether it neither answers nor is a matter of its own."""
    if turn.intent == "goodbye" and turn.is_unsure:
        return True
    if turn.intent in NO_ANSWERS:
        return not (turn.intent == "affirm" and work.asking == CONFIRM)
    if _only_names_it(turn, work):
        return True
    if not hearing.is_unsure_digression(turn, work) and not (turn.intent in NOES and hearing.asks(turn)):
        return False
    turn.heard_as = "nlu_fallback"
    return True


def _only_names_it(turn: Turn, work: Work) -> bool:
    """ "Ese, el de datos extra", while that is what is proposed, wants no pack of data; "esim, eso" no
    activation."""
    task = TASKS[work.task]
    is_akin = turn.intent in task.akin and len(turn.text.split()) <= hearing.LONGEST
    if work.asking != CONFIRM or not is_akin:
        return False
    names_it = "?" not in turn.text and agreeing.only_names(turn.said, work.words())
    return names_it or hearing.names_known(turn, task, work)


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
    await engine.advance(turn, work)
    return True


def keeps_in_mind(turn: Turn, task: str) -> None:
    """What she names beside the question of this task is understood once its turn comes."""
    work = Work.of(turn)
    if work is not None and work.task == task and hearing.takes_mentions(turn, TASKS[task], work):
        work.keep(turn)


def is_choosing(turn: Turn) -> bool:
    """Whether what was taken for the wish for a person only names what is offered: "calls, i mean"; or
    what was taken for leaving another of what she chose: "no wait, the small one", or what was proposed:
    "yes please stop it"."""
    work = Work.of(turn)
    if work is None or not work.asking:
        return False
    if work.asking == CONFIRM:
        task = TASKS[work.task]
        wants_it = task.agrees(turn, work.answers) or task.amends(turn, work.answers)
        return turn.intent == "stop_flow" and (wants_it or hearing.chooses_another(turn, work))
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
            await engine.accept(turn, work)
        elif turn.pressed_a_button:
            await engine.ask_again(turn)
        else:
            await engine.misheard(turn, work)
        return True
    await engine.advance(turn, work)
    return True


def _agrees(turn: Turn, task: Task, work: Work) -> bool:
    """Whether a message that was not taken for a yes, or is one of the task's own ways to say so, is one."""
    its_own = (task.intent, *task.akin, "affirm")
    orders_it = turn.intent in its_own and agreeing.orders_it(turn)
    said = agreeing.CHANGES.sub("hazlo", turn.said) if task.changes else turn.said
    says_yes = agreeing.says_only_yes(said) or agreeing.repeats_it(said, work.words())
    if turn.is_unsure and agreeing.ends_in_an_order(turn):
        return True
    return orders_it or says_yes or agreeing.comes_round(turn) or task.agrees(turn, work.answers)


def _agrees_to_another_thing(turn: Turn, task: Task, work: Work) -> bool:
    seems_yes = turn.intent == "affirm" or turn.does("agrees") or _agrees(turn, task, work)
    return seems_yes and task.doubts(turn, work.answers)


def _answers_the_offer(turn: Turn) -> bool:
    """A yes or no belongs to what was asked last, which may be an offer made beside the task."""
    return bool(turn.offered) and turn.intent in ("affirm", "deny")


async def _takes_reply(turn: Turn, work: Work, reply: Reply) -> None:
    turn.heard_as = work.task
    if reply is Reply.AGREES:
        await engine.accept(turn, work)
    elif reply is Reply.LEAVES:
        await leaves(turn)
    elif reply is Reply.CHOOSES:
        work.answers[work.asking] = replying.choice(turn, work)
        await engine.advance(turn, work)
    else:
        await answers_beside(turn, work)


async def _takes_up_again(turn: Turn) -> bool:
    """Whether she asks the same of something else than what was just told: "y la otra?", "make it 200"."""
    work = Work.told(turn)
    if work is None or turn.pressed_a_button:
        return False
    if slot := TASKS[work.task].asks_anew(turn, work.answers):
        del work.answers[slot]
        hearing.takes_mentions(turn, TASKS[work.task], work)
    elif not hearing.takes_another(turn, TASKS[work.task], work):
        return False
    turn.heard_as = work.task
    await engine.advance(turn, work)
    return True


async def _asks_on(turn: Turn) -> bool:
    """Whether she asks about what was told or done last: "from when?"."""
    last = turn.last
    if last is None or _says_aside(turn, last):
        return last is not None
    if not (asked := replying.asks_on(turn, last["task"])):
        return False
    if TASKS[last["task"]].wants_more(turn):
        return False
    if intent := TASKS[last["task"]].leads(asked, last["answers"]):
        work = Work(intent, {slot: last["answers"][slot] for slot in SAME_THING & last["answers"].keys()})
        turn.heard_as = intent
        await engine.advance(turn, work)
        return True
    if not await asking_after.answers(turn, last, asked):
        return False
    turn.heard_as = last["task"]
    turn.remember(last=last)
    return True


async def _answers_beside(turn: Turn) -> bool:
    """Whether the task knows, by asking the application, what she asks of what was told or done."""
    last = turn.last
    if last is None or last["left"] or not await TASKS[last["task"]].answers_beside(turn, last["answers"]):
        return False
    turn.heard_as = last["task"]
    turn.remember(told=turn.told, last=last, done=turn.done)
    return True


def _says_aside(turn: Turn, last: dict[str, Any]) -> bool:
    """Whether the task says of itself what she wonders, though she does not ask it: "e enquanto isso eu
    pago ou não pago"."""
    is_other = turn.intent in TITLES and turn.confidence >= hearing.CLEAR
    if last["left"] or is_other or not (aside := TASKS[last["task"]].aside(turn)):
        return False
    turn.heard_as = last["task"]
    turn.remember(last=last)
    turn.tell(aside)
    return True


async def _answer_or_ask(turn: Turn, work: Work) -> None:
    """What she asks beside the task may stand in an article; else it was misheard."""
    if work.asking == CONFIRM and await _leaves_in_part(turn, work):
        return
    may_be_left = TASKS[work.task].may_be_left(work.asking, work.answers)
    if work.asking == CONFIRM and may_be_left and hearing.refuses_first(turn):
        turn.heard_as = "stop_flow"
        await leaves(turn)
        return
    if hearing.asks(turn) and await articles.answers_beside(turn):
        await engine.ask_again(turn)
    else:
        await engine.misheard(turn, work)


async def _leaves_in_part(turn: Turn, work: Work) -> bool:
    """Whether a clause of what is unclear as a whole leaves it: "eita, é muito! deixa o plano como tá. só os
    10 giga"."""
    may_be_left = TASKS[work.task].may_be_left(work.asking, work.answers)
    heard = await _heard_apart(turn) if may_be_left else []
    if not any(_declines(each) for each in heard):
        return False
    turn.heard_as = "stop_flow"
    return _leaves(turn, heard)


async def leaves(turn: Turn) -> bool:
    """Drop the task under way, in words, and take up what she wishes instead: "deixa, quero mudar pro max".
    False when nothing is under way."""
    work = Work.of(turn)
    if work is None:
        return False
    heard = await _heard_apart(turn)
    if not _chooses_instead(turn, work, heard):
        return _leaves(turn, heard)
    await engine.advance(turn, work)
    return True


def _chooses_instead(turn: Turn, work: Work, heard: Sequence[dict[str, Any]]) -> bool:
    """Whether what she wishes in place of the one is another of the same: "deixa quieto, faz o de 20"."""
    whole, task = turn.message, TASKS[work.task]
    for each in _wishes(heard):
        turn.is_about(each)
        if hearing.takes_instead(turn, task, work):
            turn.heard_as = work.task
            return True
    turn.message = whole
    return False


def _wishes(heard: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What she only tells, "I'll pay it at the shop", is none."""
    return [each for each in heard if each["reply"].get("name") not in NO_WISHES]


def _leaves(turn: Turn, heard: Sequence[dict[str, Any]]) -> bool:
    """The one other matter that is clear among what was `heard` in her clauses is taken next."""
    left = turn.memory("work")["task"]
    engine.cancel(turn)
    clear = [each for each in _wishes(heard) if parsing.is_clear(each, WISHED)]
    others = [each for each in clear if each["intent"]["name"] != left]
    if len(others) == 1:
        turn.heard_as = others[0]["intent"]["name"]
        turn.wished = {"said": others[0], "flow": {}}
    return True


async def _heard_apart(turn: Turn) -> list[dict[str, Any]]:
    """What her clauses mean one by one, where they are not the whole."""
    clauses = [] if turn.pressed_a_button else clauses_of(turn.text)
    return await parsing.understood(turn, clauses) if clauses not in ([], [turn.text.strip()]) else []


def _declines(heard: dict[str, Any]) -> bool:
    reply = heard["reply"]
    return reply.get("name") == "declines" and reply["confidence"] >= DONE_UPON


async def answers_beside(turn: Turn, work: Work) -> None:
    """What she asks or tells beside the open question is no misunderstanding, unless it goes on so."""
    work.beside += 1
    if work.beside > MOST_BESIDE:
        await engine.misheard(turn, work)
        return
    work.keep(turn)
    await asking_after.answers_beside(turn, work)
    await engine.ask_again(turn)
