"""What is learnt from, and what it is measured on: by time, as in use. Pure."""

from collections import Counter
from collections.abc import Sequence

from app.assist.corpus import Example

# With fewer nothing is learnt: neither the model nor its measure would be worth anything.
FEWEST = 60
FEWEST_OF_LABEL = 6
# The latest of all are what it is measured on; it never learns from them.
_HELD_OUT = 0.2


def parted(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """By time: what is learnt from, without labels that are too rare, and the latest to measure on.
    Nothing to learn from where there is too little."""
    border = len(examples) - round(len(examples) * _HELD_OUT)
    earlier, later = list(examples[:border]), list(examples[border:])
    often = Counter(each.label for each in earlier)
    learnt = [each for each in earlier if often[each.label] >= FEWEST_OF_LABEL]
    several = len({each.label for each in learnt}) > 1
    return (learnt, later) if len(examples) >= FEWEST and several else ([], [])
