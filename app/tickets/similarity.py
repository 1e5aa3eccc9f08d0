"""Whether two subjects say the same. Pure."""

from rapidfuzz import fuzz, utils

# Of 100: the same words in another order, or one with some words more, are above it.
ALIKE = 75


def alike(one: str, other: str) -> bool:
    return likeness(one, other) >= ALIKE


def likeness(one: str, other: str) -> float:
    """0 to 100, whatever the order of the words, their case and their signs."""
    return fuzz.token_sort_ratio(one, other, processor=utils.default_process)
