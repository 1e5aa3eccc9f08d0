"""Actions that say what a ticket is: its priority, topic, type, tags and state."""

from datetime import timedelta

from app.automation.deeds.port import Change, Deed, Doer, On, Preview
from app.automation.definition import Action
from app.automation.facts import Facts
from app.core import clock, db
from app.core.i18n import lazy
from app.tickets import service, tags
from app.tickets.errors import BadTag
from app.tickets.models import Priority, Status, Ticket, TicketType, Topic


def _set_priority(action: Action, on: On, doer: Doer) -> bool:
    if on.facts.values.get("priority") == action.value:
        return False
    service.change_priority(on.ticket, Priority(action.value), by=doer.by, reason=doer.by.name)
    return True


def _set_topic(action: Action, on: On, doer: Doer) -> bool:
    if on.facts.values.get("topic") == action.value:
        return False
    service.change_topic(on.ticket, Topic(action.value), by=doer.by)
    return True


def _add_tag(action: Action, on: On, doer: Doer) -> bool:
    return service.tag(on.ticket, action.value, by=doer.by)


def _remove_tag(action: Action, on: On, doer: Doer) -> bool:
    return service.untag(on.ticket, action.value, by=doer.by)


def _set_type(action: Action, on: On, doer: Doer) -> bool:
    if on.facts.values.get("type") == action.value:
        return False
    service.classify(on.ticket, by=doer.by, type_=TicketType(action.value))
    return True


def _snooze(action: Action, on: On, doer: Doer) -> bool:
    until = clock.now() + timedelta(minutes=int(action.value))
    service.snooze(on.ticket, until, by=doer.by)
    return True


def _sleeps(action: Action, _facts: Facts) -> Change | None:
    return Change("snooze", "", action.value)


def _resolve(action: Action, on: On, doer: Doer) -> bool:
    service.resolve(on.ticket, by=doer.public, resolution=action.text)
    return True


def _wait(_action: Action, on: On, doer: Doer) -> bool:
    if db.session.get_one(Ticket, on.ticket).status is Status.PENDING:
        return False
    service.set_pending(on.ticket, by=doer.by)
    return True


def _to(name: str) -> Preview:
    def preview(action: Action, facts: Facts) -> Change | None:
        before = str(facts.values.get(name) or "")
        return None if before == action.value else Change(name, before, action.value)

    return preview


def _tag_on(action: Action, facts: Facts) -> Change | None:
    return None if action.value in facts.tags else Change("tags", "", action.value)


def _tag_off(action: Action, facts: Facts) -> Change | None:
    return Change("tags", action.value, "") if action.value in facts.tags else None


def _status(status: Status) -> Preview:
    def preview(_action: Action, facts: Facts) -> Change | None:
        before = str(facts.values.get("status") or "")
        return None if before == status.value else Change("status", before, status.value)

    return preview


def _is_tag(action: Action) -> list[str]:
    try:
        written = tags.written(action.value)
    except BadTag as refusal:
        return [str(refusal.message)]
    return [] if written == action.value else [str(BadTag.message)]


SORTING = (
    Deed(
        "set_priority",
        lazy("Set the priority"),
        _set_priority,
        _to("priority"),
        choices="priority",
    ),
    Deed("set_topic", lazy("Set the topic"), _set_topic, _to("topic"), choices="topic"),
    Deed("set_type", lazy("Set the type"), _set_type, _to("type"), choices="type"),
    Deed("snooze", lazy("Let it sleep for"), _snooze, _sleeps, choices="snooze"),
    Deed("add_tag", lazy("Put a tag on"), _add_tag, _tag_on, choices="free", check=_is_tag),
    Deed(
        "remove_tag", lazy("Take a tag off"), _remove_tag, _tag_off, choices="free", check=_is_tag
    ),
    Deed("resolve", lazy("Resolve"), _resolve, _status(Status.RESOLVED), writes=True),
    Deed("wait", lazy("Wait for the customer"), _wait, _status(Status.PENDING)),
)
