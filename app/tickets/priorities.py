"""What priority an impact and an urgency give. Pure."""

from collections.abc import Mapping

from app.tickets.models import Level, Priority

Matrix = Mapping[tuple[Level, Level], Priority]

_RANKS = (Priority.LOW, Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
_LEVELS = tuple(Level)

# Impact first: two high are urgent, two low are low, and the rest lies between them.
USUAL: Matrix = {
    (impact, urgency): _RANKS[_LEVELS.index(impact) + _LEVELS.index(urgency)]
    for impact in Level
    for urgency in Level
}


def priority_of(impact: Level, urgency: Level, matrix: Matrix) -> Priority:
    """The operator's own cell, else the usual one."""
    return matrix.get((impact, urgency), USUAL[impact, urgency])
