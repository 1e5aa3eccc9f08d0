"""Rows of a form that say conditions and actions: read, and shown again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import request

from app.automation.deeds import DEEDS, Deed
from app.automation.definition import GROUPS, Action, Conditions
from app.automation.errors import Wrong
from app.automation.facts import FIELDS, OPERATORS, Field, Type
from app.automation.known import Known
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import lazy

# The fields of a row, for `takes`.
CONDITION_FIELDS = (
    "condition_row",
    "condition_group",
    "condition_field",
    "condition_operator",
    "condition_text",
    "condition_choice",
)
ACTION_FIELDS = ("action_kind", "action_value", "action_text", "action_step")
_MOST_ROWS = 60

GROUP_WORDS: Mapping[str, Any] = {
    "all": lazy("must be"),
    "any": lazy("one of these"),
    "none": lazy("must not be"),
}
OPERATOR_WORDS: Mapping[str, Any] = {
    "is": lazy("is"),
    "is_not": lazy("is not"),
    "contains": lazy("has one of"),
    "lacks": lazy("has none of"),
    "at_least": lazy("is at least"),
    "at_most": lazy("is at most"),
}
YES_NO: Mapping[str, Any] = {"yes": lazy("yes"), "no": lazy("no")}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """`row` names its choices among those of the other rows."""

    row: str
    group: str
    field: Field
    operator: str
    values: Sequence[str]
    choices: Mapping[str, Any]

    @property
    def operators(self) -> Sequence[str]:
        return [each.value for each in OPERATORS[self.field.type]]

    @property
    def is_chosen(self) -> bool:
        return self.field.type in {Type.CHOICE, Type.FLAG}


@dataclass(frozen=True, slots=True)
class ActionRow:
    row: str
    deed: Deed
    value: str
    text: str
    choices: Mapping[str, Any]
    step: str = ""


def conditions_sent() -> dict[str, Any]:
    """As `definition.Conditions` reads them. Raises Invalid for rows that do not fit together."""
    rows = _columns("row", "group", "field", "operator", "text", of="condition")
    chosen = [each.partition(":") for each in request.form.getlist("condition_choice")]
    found: dict[str, list[Any]] = {group: [] for group in GROUPS}
    for row, group, field, operator, text in rows:
        if group not in found:
            raise Invalid(field="condition_group")
        values = [value for name, _sep, value in chosen if name == row]
        words = [each.strip() for each in text.split(",") if each.strip()]
        if field and not (values or words):
            raise Wrong([_("%(field)s: please choose.", field=_name(field))])
        if field:
            found[group].append({"field": field, "operator": operator, "values": values or words})
    return found


def actions_sent() -> list[dict[str, str]]:
    return [
        {"kind": kind, "value": value.strip(), "text": text.strip()}
        for kind, value, text in _columns("kind", "value", "text", of="action")
        if kind
    ]


def condition_rows(when: Conditions, known: Known) -> list[ConditionRow]:
    return [
        _condition(group, FIELDS[each.field], each.operator.value, each.values, known)
        for group in GROUPS
        for each in when.group(group)
        if each.field in FIELDS
    ]


def blank_condition(known: Known, field: str = "topic", group: str = "all") -> ConditionRow:
    """For somebody who has chosen only what it is about."""
    found = FIELDS.get(field) or FIELDS["topic"]
    wanted = group if group in GROUPS else "all"
    return _condition(wanted, found, OPERATORS[found.type][0].value, (), known)


def action_rows(actions: Sequence[Action], known: Known, *, step: str = "") -> list[ActionRow]:
    return [
        ActionRow(uuid4().hex[:8], deed, each.value, each.text, _choices(deed, known), step)
        for each in actions
        if (deed := DEEDS.get(each.kind)) is not None
    ]


def blank_action(known: Known, kind: str = "set_priority", step: str = "") -> ActionRow:
    deed = DEEDS.get(kind) or DEEDS["set_priority"]
    return ActionRow(uuid4().hex[:8], deed, "", "", _choices(deed, known), step)


def row_words() -> dict[str, Any]:
    """What the templates of rows need beside the rows."""
    return {
        "fields": FIELDS,
        "deeds": DEEDS,
        "group_words": GROUP_WORDS,
        "operator_words": OPERATOR_WORDS,
    }


def _condition(
    group: str, field: Field, operator: str, values: Sequence[str], known: Known
) -> ConditionRow:
    choices = YES_NO if field.type is Type.FLAG else known.choices.get(field.choices, {})
    gone = {each: each for each in values if each not in choices}
    return ConditionRow(uuid4().hex[:8], group, field, operator, tuple(values), {**choices, **gone})


def _choices(deed: Deed, known: Known) -> Mapping[str, Any]:
    return known.choices.get(deed.choices, {})


def _columns(*names: str, of: str) -> Iterator[tuple[str, ...]]:
    columns = [request.form.getlist(f"{of}_{name}") for name in names]
    lengths = {len(each) for each in columns}
    if len(lengths) > 1 or max(lengths) > _MOST_ROWS:
        raise Invalid(field=f"{of}_{names[0]}")
    return zip(*columns, strict=True)


def _name(field: str) -> str:
    return str(FIELDS[field].words) if field in FIELDS else field
