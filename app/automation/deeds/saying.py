"""Actions that say something: to the customer, among staff, to one of staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.automation import filling, known
from app.automation.deeds.port import Change, Deed, Doer, On, Preview
from app.automation.definition import Action
from app.automation.errors import NobodyToTell, ReplyIsGone
from app.automation.facts import Facts
from app.automation.telling import tell
from app.conversations import queries
from app.conversations.errors import UnknownVariable
from app.conversations.filling import checked
from app.conversations.models import Conversation, MessageKind
from app.conversations.service.messages import say
from app.core import db
from app.core.i18n import lazy
from app.identity.models import Staff
from app.tickets.models import Ticket


def _send_reply(action: Action, on: On, doer: Doer) -> bool:
    talk = db.session.get_one(Conversation, on.talk)
    reply = queries.canned_reply(action.value, talk.language)
    if reply is None:
        raise ReplyIsGone
    text = filling.filled_for(reply.body, talk.id, on.ticket_id, agent=_signs(doer))
    say(talk.id, text, by=doer.public, client_key=doer.key)
    return True


def _signs(doer: Doer) -> str:
    """A rule has no name for customers."""
    return doer.by.name if doer.by.is_staff else ""


def _add_note(action: Action, on: On, doer: Doer) -> bool:
    text = filling.filled_for(action.text, on.talk, on.ticket_id, agent=_signs(doer))
    say(on.talk, text, by=doer.by, client_key=doer.key, kind=MessageKind.NOTE)
    return True


def _notify(action: Action, on: On, _doer: Doer) -> bool:
    told = _told(action.value, on)
    if not told:
        raise NobodyToTell
    for staff_id in told:
        tell(staff_id, action.text, on.ticket_id)
    return True


def _told(whom: str, on: On) -> list[UUID]:
    """Only whom the ticket's market is shown to."""
    query = select(Staff).where(Staff.disabled_at.is_(None))
    if whom == known.OWNER:
        ticket = db.session.get(Ticket, on.ticket_id) if on.ticket_id else None
        query = query.where(Staff.id == (ticket.assignee_id if ticket else None))
    elif whom.startswith(known.ROLE):
        query = query.where(Staff.roles.contains([whom.removeprefix(known.ROLE)]))
    else:
        query = query.where(Staff.email == whom)
    market = on.facts.market_code
    found = db.session.scalars(query.order_by(Staff.id))
    return [each.id for each in found if not each.markets or market in each.markets]


def _are_variables(action: Action) -> Sequence[str]:
    try:
        checked(action.text)
    except UnknownVariable as refusal:
        return [str(refusal.message)]
    return []


def _said(what: str) -> Preview:
    def preview(action: Action, _facts: Facts) -> Change | None:
        return Change(what, "", action.value or action.text)

    return preview


SAYING = (
    Deed(
        "send_reply",
        lazy("Send a prepared reply"),
        _send_reply,
        _said("reply"),
        choices="reply",
        needs_ticket=False,
        needs_talk=True,
    ),
    Deed(
        "add_note",
        lazy("Leave a note"),
        _add_note,
        _said("note"),
        writes=True,
        needs_ticket=False,
        needs_talk=True,
        check=_are_variables,
    ),
    Deed(
        "notify",
        lazy("Tell"),
        _notify,
        _said("notice"),
        choices="told",
        writes=True,
        needs_ticket=False,
    ),
)
