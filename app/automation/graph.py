"""A workflow as a picture: where each step stands and how the arrows run. Pure; in pixels."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.automation.workflow import Plan, Step

WIDTH, HEIGHT = 190, 58
_ACROSS, _DOWN = 230, 120
_EDGE = 24
END = ""


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    step: Step | None  # None is the end
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """`way` is then, approved, refused or late; `path` is SVG's."""

    way: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    nodes: Sequence[Node]
    arrows: Sequence[Arrow]


def picture(plan: Plan) -> Picture:
    """Rows by how many steps it takes to get there; what leads back runs along the right side."""
    rows = _rows(plan)
    nodes = {
        key: Node(key, plan.steps.get(key), _EDGE + at * _ACROSS, _EDGE + row * _DOWN)
        for row, keys in rows.items()
        for at, key in enumerate(keys)
    }
    right = max(each.x for each in nodes.values()) + WIDTH
    arrows = [
        _arrow(way, nodes[key], nodes[target], right, at)
        for key, step in plan.steps.items()
        for at, (way, target) in enumerate(_ways(step))
        if key in nodes and target in nodes
    ]
    bottom = max(each.y for each in nodes.values()) + HEIGHT
    return Picture(right + 90, bottom + _EDGE, list(nodes.values()), arrows)


def _ways(step: Step) -> Sequence[tuple[str, str]]:
    names = ("approved", "refused", "late") if step.ask else ("then",)
    return [(name, getattr(step, name)) for name in names]


def _rows(plan: Plan) -> dict[int, list[str]]:
    depth, waiting = {plan.start: 0}, [plan.start]
    while waiting:
        key = waiting.pop(0)
        for _way, target in _ways(plan.steps[key]):
            if target and target not in depth and target in plan.steps:
                depth[target] = depth[key] + 1
                waiting.append(target)
    rows: dict[int, list[str]] = defaultdict(list)
    for key in plan.steps:
        if key in depth:
            rows[depth[key]].append(key)
    rows[max(rows) + 1].append(END)
    return rows


def _arrow(way: str, start: Node, end: Node, right: int, at: int) -> Arrow:
    x, y = start.x + WIDTH // 2 + (at - 1) * 34 * bool(start.step and start.step.ask), start.y
    if end.y > start.y:
        target, middle = end.x + WIDTH // 2, (y + HEIGHT + end.y) // 2
        path = f"M{x} {y + HEIGHT} C{x} {middle} {target} {middle} {target} {end.y - 6}"
        return Arrow(way, path, (x + target) // 2, middle)
    side = right + 24 + 14 * at
    middle = (y + end.y + HEIGHT) // 2
    path = (
        f"M{start.x + WIDTH} {y + HEIGHT // 2} C{side} {y + HEIGHT // 2} {side} "
        f"{end.y + HEIGHT // 2} {end.x + WIDTH + 6} {end.y + HEIGHT // 2}"
    )
    return Arrow(way, path, side - 6, middle)
