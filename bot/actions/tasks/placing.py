"""Where the talk stands, and what her message means there, as it was learnt (`components.places`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from actions.plain import words
from actions.tasks import TASKS, agreeing
from actions.tasks.make_payment import ALL
from actions.tasks.question import Option
from actions.tasks.request_refund import OTHER, OUTAGE, PAID_TWICE_NAME
from actions.tasks.ways import LINK, SAVED
from actions.tasks.work import CONFIRM, Work
from actions.turn import NOT_UNDERSTOOD, Turn

# Of how sure a meaning must be at least; what something is done upon more (docs/bot.md says what these cost).
SURE = 0.45
CERTAIN = 0.9
POINTED_AT = ("pack", "plan_name", "charge_id")  # what of the things that were told is chosen by its role
SURE_OF_A_YES, SURE_OF_A_NO = 0.7, 0.6
LONGEST = 60  # words
PLAIN = 1  # word of a no
# Without one of these nothing was said that could be read: "asdkjh qweoiu".
COMMON = words(
    "a the is it to of in on for i you my me who what when how will can do and"
    " que de la el los las en es un una por mi me tu se cual quien como cuando va y"
    " o os as da do dos das um uma em no na meu minha qual quem com para"
    " lo no si sim yes ok ese esa eso esse essa isso that this"
)
KINDS = ("agrees", "declines", "answers", "tells", "understood")
NOT_SPOKEN = set("<>{}[]\u200b\u200c\u200d\u202e\u202d")
STEP = "step"  # all those of a trouble are one place
SAME_AS = {"top_up": "make_payment"}  # a link is a link
PLACE_OF = {"known": "contact"}  # questions that are asked with the same words as another
ANY_TASK = ("line_id", "way")  # they are the same question whatever it is for
FOUND = {"outage": "outage", "used_up": "data_used_up", "throttled": "data_used_up", "blocked": "blocked"}
TWO = 2  # options, of which one is small and one is big, or hers and another's


@dataclass(frozen=True)
class Meaning:
    """`kind` is yes, no, choose, aside, other, person or closes; `told` is what is chosen, or the intent."""

    place: str
    kind: str
    told: str
    sure: float

    @property
    def is_certain(self) -> bool:
        """Whether it holds whatever matter her words sound like."""
        is_open = not self.place.startswith("told.")
        return (self.kind in ("choose", "yes") and is_open) or (
            self.kind in ("choose", "other") and self.sure >= CERTAIN
        )


def meant(turn: Turn) -> Meaning | None:
    """What her words mean where the talk stands; None where that is unsure, or no such place was learnt."""
    place = next((each for each in places(turn) if turn.at(each)[0]), "") if _can_be_read(turn) else ""
    meaning, sure = turn.at(place)
    kind, _, told = meaning.partition(":")
    least = SURE_OF_A_YES if kind == "yes" else SURE_OF_A_NO if kind == "no" else SURE
    return Meaning(place, kind, told, sure) if sure >= least else None


def _can_be_read(turn: Turn) -> bool:
    """A few words, and no signs that nobody speaks. Nothing but a yes or a no is plain by itself."""
    said = turn.text.split()
    is_spoken = not turn.pressed_a_button and not NOT_SPOKEN & set(turn.text) and bool(words(turn.text))
    is_plain = agreeing.is_nothing_but_yes(turn) or (turn.intent == "deny" and len(said) <= PLAIN)
    return is_spoken and not is_plain and not _is_gibberish(turn) and len(said) <= LONGEST


def _is_gibberish(turn: Turn) -> bool:
    """ "Lkjpoi vbnm": nothing of it could be read."""
    several = len(turn.text.split()) > 1 and not any(map(str.isdigit, turn.text))
    return (
        several and turn.intent in NOT_UNDERSTOOD and not COMMON & words(turn.text) and not turn.does(*KINDS)
    )


def places(turn: Turn) -> Iterator[str]:
    """From the narrowest to the widest."""
    work = Work.of(turn)
    offered = turn.offered.get("of")
    if offered in ("code", "number"):
        return
    if offered == "parked":
        yield "offered.parked"
    elif turn.guesses:
        yield "offered.guesses"
    elif work is not None:
        yield from _in_the_middle(work)
    else:
        yield from _after(turn)
        if offered == "person":
            yield "offered.person"


def _in_the_middle(work: Work) -> Iterator[str]:
    if work.asking == CONFIRM:
        yield f"proposed.{TASKS[work.task].ends_in(work.answers)}"
    elif work.asking:
        slot = PLACE_OF.get(work.asking, work.asking)
        is_step = slot[-1:].isdigit()
        yield f"asked.{slot}" if slot in ANY_TASK else f"asked.{work.task}.{STEP if is_step else slot}"


def _after(turn: Turn) -> Iterator[str]:
    if turn.told:
        yield f"told.{SAME_AS.get(turn.told['task'], turn.told['task'])}"
    elif turn.listed:
        yield "told.list_plans"
    elif turn.last:
        yield from _after_the_last(turn.last)


def _after_the_last(last: dict[str, Any]) -> Iterator[str]:
    task, answers = TASKS[last["task"]], last["answers"]
    if last["left"]:
        yield "left" if last["task"] == "change_plan" else ""  # what was left elsewhere was not learnt
    elif last["sentence"]:
        yield f"done.{task.ends_in(answers)}"
    else:
        finding = str(answers.get("finding", "")).partition(".")[2]
        if last.get("offers") == "pack" or finding in FOUND:
            yield f"told.{FOUND.get(finding, 'data_used_up')}"
        yield f"told.{last['task']}"


def stands_for(told: str, options: Sequence[Option]) -> Option | None:
    """The one of the options that is meant by its role: the small one, the oldest, "mine"."""
    real = [each for each in options if not each.instead]
    by_value = [each for each in real if told in (each.value, each.value.partition(":")[0])]
    if len(by_value) == 1:
        return by_value[0]
    role = ROLES.get(told)
    found = role(real) if role else []
    return found[0] if len(found) == 1 else None


def _one_of(options: Sequence[Option], place: int) -> Sequence[Option]:
    """Of those told cheapest, or oldest, first; among all of which "all" is none."""
    single = [each for each in options if each.value != ALL]
    return single[place : place + 1 or None] if len(single) > 1 else []


def _is_a_payment(option: Option) -> bool:
    """One that was made once: "the other payment" beside the one made twice."""
    return option.value not in (OUTAGE, OTHER) and PAID_TWICE_NAME not in option.names


def _is_of_use(charge: Option) -> bool:
    """It is called by what was used, besides its amount."""
    return any(not name.replace(".", "").isdigit() for name in charge.names)


def _of_two(options: Sequence[Option], place: int) -> Sequence[Option]:
    return options[place : place + 1] if len(options) == TWO else []


ROLES = {
    "small": lambda options: _one_of(options, 0),
    "big": lambda options: _one_of(options, -1),
    "oldest": lambda options: _one_of(options, 0),
    "latest": lambda options: _one_of(options, -1),
    "own": lambda options: _of_two(options, 0),
    "second": lambda options: _of_two(options, 1),
    "card": lambda options: [each for each in options if each.value.startswith(SAVED)],
    "page": lambda options: [each for each in options if each.value == LINK],
    "smaller": lambda options: [each for each in options if each.value.startswith("plan:")][:1],
    "raised": lambda options: [each for each in options if _is_of_use(each)],
    "plan": lambda options: [each for each in options if not _is_of_use(each)],
    "payment": lambda options: [each for each in options if _is_a_payment(each)],
    "twice": lambda options: [each for each in options if PAID_TWICE_NAME in each.names],
}
