"""What the demo operator lets happen by itself: rules, a workflow, and macros of its agents."""

from collections.abc import Sequence
from typing import Any

from app.automation.definition import Action, RuleContent
from app.automation.service import macros, rules, workflows
from app.core.actor import Actor

_APPROVAL = """\
name: Crédito grande
start: preguntar
steps:
  preguntar:
    ask: manager
    question: ¿Se puede acreditar este importe?
    within: 4h
    approved: acordado
    refused: negado
    late: recordar
  recordar:
    do:
    - kind: notify
      value: role:supervisor
      text: Un crédito espera desde hace cuatro horas.
    then: preguntar_arriba
  preguntar_arriba:
    ask: supervisor
    question: ¿Se puede acreditar este importe?
    within: 1d
    approved: acordado
    refused: negado
  acordado:
    do:
    - kind: add_tag
      value: credito-aprobado
  negado:
    do:
    - kind: add_tag
      value: credito-negado
"""

_Plain = dict[str, Any]


def _if(field: str, operator: str, *values: str) -> _Plain:
    return {"field": field, "operator": operator, "values": values}


def _do(kind: str, value: str = "", text: str = "") -> _Plain:
    return {"kind": kind, "value": value, "text": text}


_RULES: Sequence[_Plain] = (
    {
        "name": "Quien quiere irse, primero",
        "trigger": "ticket.opened",
        "when": {"any": [_if("subject", "contains", "baja", "cancelar", "portabilidad", "cancel")]},
        "actions": [_do("set_priority", "high"), _do("add_tag", "retencion")],
    },
    {
        "name": "Empresas: avisar a gerencia",
        "trigger": "ticket.opened",
        "when": {"all": [_if("segment", "is", "enterprise")]},
        "actions": [
            _do("add_tag", "empresa"),
            _do("notify", "role:manager", "Una empresa abrió un caso."),
        ],
    },
    {
        "name": "Mala calificación",
        "trigger": "conversation.rated",
        "when": {"all": [_if("rating", "at_most", "3")]},
        "actions": [_do("add_tag", "mala-calificacion")],
    },
    {
        "name": "Media hora sin dueño",
        "trigger": "time.unassigned",
        "minutes": 30,
        "actions": [_do("notify", "role:supervisor", "Nadie ha tomado este caso.")],
    },
    {
        "name": "Tres días sin respuesta del cliente",
        "trigger": "time.pending",
        "minutes": 3 * 24 * 60,
        "actions": [_do("add_tag", "sin-respuesta"), _do("to_queue")],
    },
)

_MACROS: Sequence[tuple[str, Sequence[_Plain]]] = (
    (
        "Visita técnica pedida",
        (
            _do("set_topic", "technical"),
            _do("add_tag", "visita"),
            _do("add_note", text="Visita pedida para {customer.name}, caso {ticket.reference}."),
            _do("snooze", "1440"),
        ),
    ),
    (
        "Esperar al banco",
        (_do("add_tag", "banco"), _do("wait")),
    ),
)


def arrange(*, by: Actor) -> None:
    """By somebody who sees every market."""
    workflows.write(_APPROVAL, by=by)
    for told in _RULES:
        rules.add(RuleContent.model_validate(told), by=by)
    for name, deeds in _MACROS:
        macros.write(name, [Action.model_validate(deed) for deed in deeds], by=by, shared=True)
