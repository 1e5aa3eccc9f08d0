"""An operator's own fields in forms: `field` names them in order, `answer_0`, … answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.tickets import setup
from app.tickets.models import Field, FieldKind, Required, Ticket, TicketType

MOST = 50
# What a route that takes them declares.
ANSWERS = ("field", *(f"answer_{number}" for number in range(MOST)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A field with its answer so far, as the form shows them."""

    field: Field
    name: str
    answer: Any
    needed: bool


def sent() -> dict[str, str | list[str]]:
    """Answers by the field's id. A field whose boxes are all empty is answered by nothing."""
    form = request.form
    return {
        field_id: form.getlist(f"answer_{number}")
        for number, field_id in enumerate(form.getlist("field")[:MOST])
    }


def asked_of(ticket: Ticket, *, only_missing_at: Required | None = None) -> list[Asked]:
    """All of its type, or those without which it cannot be resolved yet."""
    found = setup.fields_of(ticket.type)
    if only_missing_at is not None:
        found = [e for e in found if e.required is not Required.NEVER and _is_empty(ticket, e)]
    return asked(found, ticket.fields, {Required.OPENING, Required.CLOSING})


def asked_at_opening(type_: TicketType) -> list[Asked]:
    return asked(setup.fields_of(type_), {}, {Required.OPENING})


def asked(fields: Sequence[Field], answers: dict[str, Any], needed: set[Required]) -> list[Asked]:
    return [
        Asked(each, f"answer_{number}", _shown(each, answers), each.required in needed)
        for number, each in enumerate(fields[:MOST])
    ]


def _is_empty(ticket: Ticket, field: Field) -> bool:
    return ticket.fields.get(str(field.id)) in (None, "", [])


def _shown(field: Field, answers: dict[str, Any]) -> Any:
    value = answers.get(str(field.id))
    if field.kind is FieldKind.YES_NO and value is not None:
        return "yes" if value else "no"
    return [] if value is None and field.kind is FieldKind.CHOICES else value
