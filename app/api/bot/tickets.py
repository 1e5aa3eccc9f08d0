"""How her cases stand: the state in words, what happens next, what a person last answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.conversations.models import Message
from app.conversations.queries import last_answers
from app.core.i18n import lazy
from app.selfservice.asker import Asker
from app.selfservice.figures import moment_text
from app.tickets import queries
from app.tickets.models import Status, Ticket

_MOST = 10
_LONGEST_ANSWER = 300
_TEXTS: dict[Status, Any] = {
    Status.NEW: lazy("waiting for a person"),
    Status.OPEN: lazy("in progress"),
    Status.PENDING: lazy("waiting for your answer"),
    Status.RESOLVED: lazy("resolved"),
    Status.CLOSED: lazy("closed"),
}
_NEXT: dict[Status, Any] = {
    Status.NEW: lazy("A person takes it up; you need not do anything."),
    Status.OPEN: lazy("A person is working on it and writes to you."),
    Status.PENDING: lazy("It goes on as soon as you answer us."),
    Status.RESOLVED: lazy("If it is not solved, tell us and we open it again."),
    Status.CLOSED: lazy("It is over. For anything new we open another case."),
}


@bp.get("/conversations/<uuid:conversation_id>/tickets")
@on_behalf("tickets.read")
def tickets(asker: Asker) -> Answer:
    found = queries.of_customer(asker.customer.id, limit=_MOST)
    answers = last_answers([each.conversation_id for each in found if each.conversation_id])
    return {"tickets": [_told(each, _answer(each, answers), asker) for each in found]}


def _answer(ticket: Ticket, answers: Mapping[UUID, Message]) -> str:
    """What was said since it was opened: a conversation may have had another case before."""
    last = answers.get(ticket.conversation_id) if ticket.conversation_id else None
    said = last.body if last and last.at >= ticket.created_at else ""
    return (said or ticket.resolution)[:_LONGEST_ANSWER]


def _told(ticket: Ticket, answer: str, asker: Asker) -> Answer:
    return {
        "reference": ticket.reference,
        "status": ticket.status.value,
        "status_text": str(_TEXTS[ticket.status]),
        "next_text": str(_NEXT[ticket.status]),
        "answer": answer,
        "opened_on_text": moment_text(ticket.created_at, asker),
        "due_on_text": moment_text(ticket.resolve_by, asker),
        "subject": ticket.subject,
    }
