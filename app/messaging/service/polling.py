"""Mailboxes of providers that do not call: asked for what came, kept as a call would be."""

from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import db, turns
from app.messaging import switch
from app.messaging.models import Mark
from app.messaging.service import intake
from channels.port import ChannelDown, Mailbox, Undeliverable

log = structlog.get_logger(__name__)

_MOST_IN_ONE_GO = 200


def ask_all() -> int:
    """Every mailbox in turn; one that another worker asks just now is left to it."""
    query = select(Inbox).where(Inbox.is_on, Inbox.provider != "")
    found = [inbox for inbox in db.session.scalars(query) if _mailbox(inbox) is not None]
    db.session.rollback()  # no transaction stays open while a mail host answers
    return sum(_ask(inbox) for inbox in found)


def _mailbox(inbox: Inbox) -> Mailbox | None:
    if not switch.is_served(inbox):
        return None
    try:
        channel = switch.opened(inbox)
    except ChannelDown:
        return None
    return channel if isinstance(channel, Mailbox) else None


def _ask(inbox: Inbox) -> int:
    inbox_id = inbox.id
    with turns.alone(b"ask:" + inbox_id.bytes) as free:
        if not free:
            return 0
        try:
            return _take_in(inbox)
        except (ChannelDown, Undeliverable) as error:
            return _wrong(inbox_id, str(error))
        except Exception as error:  # a fault of ours in one mailbox keeps no other waiting
            log.exception("mailbox_fault", inbox_id=str(inbox_id))
            return _wrong(inbox_id, type(error).__name__)


def _wrong(inbox_id: UUID, reason: str) -> int:
    with db.transaction():
        inboxes.went_wrong(inbox_id, reason)
    return 0


def _take_in(inbox: Inbox) -> int:
    mailbox = _mailbox(inbox)
    if mailbox is None:
        return 0
    door = intake.Door(inbox.id, inbox.version, inbox.channel, switch.opened(inbox))
    taken = 0
    for mark, call in mailbox.new_calls(_mark_of(inbox)):
        with db.transaction():
            if intake.keep(door, call) is None:
                break  # the inbox was changed meanwhile
            _go_on_from(inbox, mark)
        taken += 1
        if taken >= _MOST_IN_ONE_GO:
            break
    with db.transaction():
        inboxes.went_well(inbox.id)
    return taken


def _mark_of(inbox: Inbox) -> str:
    with db.transaction():
        found = db.session.get(Mark, inbox.id, populate_existing=True)
    return found.mark if found is not None else ""


def _go_on_from(inbox: Inbox, mark: str) -> None:
    new = insert(Mark).values(inbox_id=inbox.id, mark=mark)
    statement = new.on_conflict_do_update(index_elements=[Mark.inbox_id], set_={"mark": mark})
    db.session.execute(statement)
