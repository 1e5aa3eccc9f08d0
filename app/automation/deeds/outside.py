"""Actions that go further: other systems are told, workflows begin."""

import json
from collections.abc import Sequence

from app.automation.deeds.port import Change, Deed, Doer, On
from app.automation.definition import Action
from app.automation.events import CallDue, FlowAsked
from app.automation.facts import Facts
from app.automation.models import Call
from app.core import clock, db, events
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.outgoing import NotAllowed, checked_url

# What another system is told: no words of customers, no names.
_TOLD = ("market", "language", "channel", "topic", "priority", "status", "segment")


def _webhook(action: Action, on: On, doer: Doer) -> bool:
    """Written now, told after the commit by a worker, as often as it takes up to six times."""
    moment = clock.now()
    told = {
        "id": doer.key,
        "at": moment.isoformat(),
        "ticket_id": str(on.ticket_id) if on.ticket_id else None,
        "conversation_id": str(on.conversation_id) if on.conversation_id else None,
        "reference": on.facts.reference,
        **{name: on.facts.values.get(name) for name in _TOLD},
        "tags": sorted(on.facts.tags),
    }
    call = Call(id=new_id(), url=action.value, body=json.dumps(told), created_at=moment)
    db.session.add(call)
    events.announce(CallDue(call.id))
    return True


def _begin(action: Action, on: On, doer: Doer) -> bool:
    events.announce(FlowAsked(action.value, on.ticket, doer.by.id))
    return True


def _begun(action: Action, _facts: Facts) -> Change | None:
    return Change("workflow", "", action.value)


def _is_address(action: Action) -> Sequence[str]:
    try:
        checked_url(action.value)
    except NotAllowed:
        return [_("Please give a whole address that begins with https://.")]
    return []


def _told(action: Action, _facts: Facts) -> Change | None:
    return Change("webhook", "", action.value)


OUTSIDE = (
    Deed(
        "start_workflow",
        lazy("Begin the workflow"),
        _begin,
        _begun,
        choices="workflow",
    ),
    Deed(
        "webhook",
        lazy("Tell another system"),
        _webhook,
        _told,
        choices="free",
        needs_ticket=False,
        check=_is_address,
    ),
)
