"""Words that a provider approved before: the only ones outside of a closed window."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations.models import Inbox
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.messaging import access
from app.messaging.models import MessageTemplate, TemplateState
from channels.port import TemplateJudged

_NAME = re.compile(r"[a-z0-9_]{1,120}")
_BLANK = re.compile(r"\{\{([0-9]{1,2})\}\}")
_LONGEST = 1024


def write(
    inbox_id: UUID, *, by: Actor, name: str, language: str, body: str, approved: bool
) -> MessageTemplate:
    """Note a template as it is at the provider."""
    with db.transaction():
        inbox = access.inbox_for(by, inbox_id, "inboxes.manage")
        if not _NAME.fullmatch(name) or not 0 < len(body.strip()) <= _LONGEST:
            raise Invalid(field="name" if not _NAME.fullmatch(name) else "body")
        if not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", language):
            raise Invalid(field="language")
        state = TemplateState.APPROVED if approved else TemplateState.PENDING
        found = _upsert(inbox.id, name, language, {"body": body.strip(), "state": state})
        audit.record(by, "template.written", "inbox", inbox.id, name=name, language=language)
    return found


def judged(inbox: Inbox, event: TemplateJudged) -> None:
    """The provider decided. One that we do not know is kept too: its words may be added."""
    try:
        state = TemplateState(event.state)
    except ValueError:
        state = TemplateState.PAUSED
    _upsert(inbox.id, event.name, event.language, {"state": state, "reason": event.reason[:300]})


def of_inbox(inbox_id: UUID) -> list[MessageTemplate]:
    query = select(MessageTemplate).where(MessageTemplate.inbox_id == inbox_id)
    return list(db.session.scalars(query.order_by(MessageTemplate.name, MessageTemplate.language)))


def approved(inbox_id: UUID) -> list[MessageTemplate]:
    found = of_inbox(inbox_id)
    return [each for each in found if each.state is TemplateState.APPROVED and each.body]


def blanks(template: MessageTemplate) -> int:
    """How many values fill it in."""
    return max((int(n) for n in _BLANK.findall(template.body)), default=0)


def filled(template: MessageTemplate, values: Sequence[str]) -> str:
    """Raises Invalid when values are missing or empty."""
    if len(values) != blanks(template) or not all(each.strip() for each in values):
        raise Invalid(field="values")
    return _BLANK.sub(lambda blank: values[int(blank[1]) - 1].strip(), template.body)


def _upsert(inbox_id: UUID, name: str, language: str, change: dict[str, object]) -> MessageTemplate:
    new = {"inbox_id": inbox_id, "name": name, "language": language, "body": "", **change}
    statement = insert(MessageTemplate).values(**new)
    statement = statement.on_conflict_do_update(
        index_elements=["inbox_id", "name", "language"], set_=change
    )
    fresh = statement.returning(MessageTemplate).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()
