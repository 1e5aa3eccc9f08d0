"""A step on the small screen of USSD: at most 182 places of the telephone's alphabet."""

from dataclasses import replace

from channels.dialogue import BACK, MORE, Option, Step
from channels.ussd.gsm7 import length, plain

LONGEST = 182
_LONGEST_TITLE = 80


def text_of(step: Step) -> str:
    """The lines of one screen."""
    lines = [step.text, *(f"{each.key} {_title(each)}" for each in step.options)]
    if step.more:
        lines.append(f"{MORE} {step.more}")
    if step.back:
        lines.append(f"{BACK} {step.back}")
    return plain("\n".join(each for each in lines if each))


def cut(step: Step, *, more: str, back: str) -> tuple[Step, ...]:
    """The step itself when it fits, else screen after screen: its text first, then its options."""
    parts: list[Step] = []
    rest = step
    while not fits(rest):
        part = _most_of(replace(rest, more=more))
        parts.append(part)
        text = rest.text[len(part.text) :].lstrip()
        rest = replace(rest, text=text, options=rest.options[len(part.options) :], back=back)
    return (*parts, rest)


def fits(step: Step) -> bool:
    return length(text_of(step)) <= LONGEST


def _most_of(step: Step) -> Step:
    """As many words as fit, and after the last of them as many options."""
    text_only = replace(step, options=())
    if not fits(text_only):
        return replace(text_only, text=_words_that_fit(text_only))
    count = len(step.options)
    while count and not fits(replace(step, options=step.options[:count])):
        count -= 1
    return replace(step, options=step.options[:count])


def _words_that_fit(step: Step) -> str:
    """At least something: a word longer than the screen is broken."""
    end = len(step.text)
    while end > 1 and not fits(replace(step, text=step.text[:end])):
        end -= 1
    space = max(step.text.rfind(" ", 0, end + 1), step.text.rfind("\n", 0, end + 1))
    return step.text[: space if space > 0 else end]


def _title(option: Option) -> str:
    title = plain(option.title)
    while length(title) > _LONGEST_TITLE:
        title = title[:-1]
    return title
