"""Questions about what was told or done last: when it holds, what it costs, whether it is done."""

from typing import Any

from actions import articles
from actions.tasks import TASKS, replying
from actions.tasks.work import CONFIRM, Work
from actions.turn import Turn

# What a sentence that was done says of itself.
IN_THE_SENTENCE = ("asks_when", "asks_price", "asks_done")


def told(work: Work, sentence: str = "", *, left: bool = False) -> dict[str, Any]:
    """What is remembered of a task: `sentence` says what was done, `left` that nothing was."""
    return {"task": work.task, "answers": work.answers, "sentence": sentence, "left": left}


async def answers(turn: Turn, last: dict[str, Any], asked: str) -> bool:
    """Whether there is an answer to what she asks about the last thing."""
    task = TASKS[last["task"]]
    if last["left"]:
        if asked not in ("asks_done", "asks_risk"):
            return False
        turn.say("utter_nothing_changed")
    elif response := task.says_of(asked, last["answers"]):
        turn.say(response)
    elif last["sentence"] and asked in IN_THE_SENTENCE:
        turn.say("utter_already_done", sentence=last["sentence"])
    elif asked in task.told_again:
        await task.tell(turn, last["answers"])
    else:
        return False
    return True


async def answers_beside(turn: Turn, work: Work) -> None:
    """In the middle of a task: what the task says of itself, what an article says, or an honest word. What
    is proposed says itself when it holds and what it costs."""
    kind, _ = turn.reply
    if response := TASKS[work.task].says_before(kind, work.answers):
        turn.say(response)
    elif work.asking == CONFIRM and kind in IN_THE_SENTENCE:
        return  # it is read out once more
    elif kind not in replying.ASKS:
        turn.say("utter_noted")
    elif not await articles.answers_beside(turn):
        turn.say("utter_nothing_yet" if work.asking == CONFIRM else "utter_cannot_tell")
