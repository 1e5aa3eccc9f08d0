"""How a task speaks: a question with its options, the last yes or no, and both in other words."""

import json
from collections.abc import Sequence

from actions.tasks import TASKS
from actions.tasks.question import Option, Question
from actions.tasks.work import CONFIRM, Work
from actions.titles import NEVER_MIND, NO, TRY_AGAIN, YES
from actions.turn import Turn

BUTTONS = 8


def ask(turn: Turn, work: Work, question: Question, options: Sequence[Option]) -> None:
    work.asks(question.slot, options)
    turn.say(question.ask, _choices(turn, work, options))


def ask_to_confirm(turn: Turn, work: Work, response: str) -> None:
    told = work.proposal or {}
    buttons = [_button(YES, _agreement(work), turn), _button(NO, "/deny", turn)]
    turn.say(response, buttons, title=told.get("title", ""), sentence=told.get("sentence", ""))


def ask_in_other_words(turn: Turn, work: Work) -> None:
    """What was said did not answer the open question."""
    if work.asking == CONFIRM:
        ask_to_confirm(turn, work, "utter_confirm_again")
        return
    options = work.options(work.asking)
    if not options:
        turn.say("utter_not_heard")
        ask(turn, work, question_of(work), [])
        return
    told = "\n".join(f"{place}. {each.title}" for place, each in enumerate(options[:BUTTONS], 1))
    turn.say("utter_choose_one", _choices(turn, work, options), options=told)


def ask_as_before(turn: Turn, work: Work) -> None:
    if work.asking == CONFIRM:
        ask_to_confirm(turn, work, "utter_confirm_reminder")
    else:
        ask(turn, work, question_of(work), work.options(work.asking))


def ask_to_try_again(turn: Turn, work: Work) -> None:
    again = _agreement(work) if work.asking == CONFIRM else f"/{work.task}"
    turn.say("utter_try_again", [_button(TRY_AGAIN, again, turn), _button(NEVER_MIND, "/stop_flow", turn)])


def yes_or_no(turn: Turn) -> list[dict[str, str]]:
    return [_button(YES, "/affirm", turn), _button(NO, "/deny", turn)]


def question_of(work: Work) -> Question:
    """The open one."""
    return next(each for each in TASKS[work.task].questions if each.slot == work.asking)


def _agreement(work: Work) -> str:
    """It names the proposal: a button pressed later agrees to nothing else."""
    return _payload("affirm", proposal=work.proposal["id"]) if work.proposal else "/affirm"


def _payload(intent: str, **told: str) -> str:
    """As Rasa reads it; some channels take 64 bytes."""
    return f"/{intent}" + json.dumps(told, separators=(",", ":"))


def _choices(turn: Turn, work: Work, options: Sequence[Option]) -> list[dict[str, str]]:
    shown = [
        {"title": each.title, "payload": _payload(work.task, **{work.asking: each.value})}
        for each in options[:BUTTONS]
    ]
    if question_of(work).leaves in [each.value for each in options[:BUTTONS]]:
        return shown
    return [*shown, _button(NEVER_MIND, "/stop_flow", turn)]


def _button(title: dict[str, str], payload: str, turn: Turn) -> dict[str, str]:
    return {"title": title[turn.language], "payload": payload}
