"""A report's definition in addresses and forms, and as a picture."""

import json
from collections.abc import Mapping
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.core.errors import Invalid
from app.insights import figure_words
from app.insights.definition import FILTERS, Definition, Dimension, read
from app.insights.measures import Unit
from app.insights.reporting import Result
from app.web.charts import Chart, Series

LONGEST = 20_000
_MOST_POINTS = 400
_MOST_LINES = 12
_UNITS = {Unit.SHARE: "%", Unit.SECONDS: "min"}


def from_args(args: MultiDict[str, str]) -> Definition:
    """What the form of a report asks for."""
    return read(
        {
            "measures": args.getlist("measures"),
            "by": args.getlist("by"),
            "period": args.get("period", "last_30"),
            "since": args.get("since"),
            "until": args.get("until"),
            "only": {each.value: args.getlist(each.value) for each in FILTERS},
            "within": args.get("within", "60"),
        }
    )


def from_text(given: str) -> Definition:
    """As `as_text` writes it."""
    try:
        found = json.loads(given) if len(given) <= LONGEST else None
    except (ValueError, RecursionError):
        raise Invalid(field="definition") from None
    if not isinstance(found, Mapping):
        raise Invalid(field="definition")
    return read(found)


def as_text(definition: Definition) -> str:
    return json.dumps(definition.stored())


def as_args(definition: Definition) -> dict[str, Any]:
    """The same as the query of an address."""
    kept = definition.stored()
    return {
        **{name: kept[name] for name in ("measures", "by", "period", "within")},
        **{name: kept[name] for name in ("since", "until") if kept[name]},
        **kept["only"],
    }


def rows_address(definition: Definition, measure: str, keys: tuple[str, ...] = ()) -> str:
    """Where the rows behind a figure are shown."""
    return url_for(
        "supervision.report_rows", measure=measure, keys=list(keys), **as_args(definition)
    )


def chart(told: Result) -> Chart | None:
    """Those measures that are told in the unit of the first one; None where there is nothing.

    With a time and a thing it is a line a thing of the first measure.
    """
    definition, rows = told.definition, told.rows[:_MOST_POINTS]
    if not rows:
        return None
    unit = definition.measures[0].unit
    kind = "line" if definition.time is not None else "bar"
    if len(definition.by) == 2 and definition.time is not None:
        labels, series = _lines(told)
    else:
        labels = [figure_words.name_text(definition, row) for row in rows]
        series = [
            Series(str(measure.label), [_point(unit, row.values[place]) for row in rows])
            for place, measure in enumerate(definition.measures)
            if measure.unit is unit
        ]
    return Chart(labels, series, kind, _UNITS.get(unit, ""))


def _lines(told: Result) -> tuple[list[str], list[Series]]:
    definition = told.definition
    time = definition.by.index(definition.time or Dimension.DAY)
    thing = 1 - time
    times: dict[str, str] = {}
    lines: dict[str, dict[str, float | None]] = {}
    for row in told.rows[:_MOST_POINTS]:
        names = figure_words.names_of(definition, row)
        times[row.keys[time]] = names[time]
        value = _point(definition.measures[0].unit, row.values[0])
        lines.setdefault(names[thing], {})[row.keys[time]] = value
    some = list(lines.items())[:_MOST_LINES]
    nothing = 0 if definition.measures[0].unit is Unit.COUNT else None
    series = [Series(name, [of.get(key, nothing) for key in times]) for name, of in some]
    return list(times.values()), series


def _point(unit: Unit, value: float | None) -> float | None:
    """Shares in percent, lengths in minutes."""
    if value is None:
        return None
    scale = {Unit.SHARE: 100.0, Unit.SECONDS: 1 / 60}.get(unit, 1.0)
    return round(value * scale, 2)
