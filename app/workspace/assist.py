"""What helps an agent with a ticket or a talk: what it seems to be, what solved ones like it."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.assist import corpus, facts, queries, service, similar, so_far, suggesting
from app.assist.models import Kind, offered_weight
from app.assist.next_actions import Step, next_actions
from app.conversations import access as conversations
from app.core.errors import Invalid, NotFound
from app.customers import access as customers
from app.tickets import access
from app.tickets import queries as tickets
from app.tickets.models import Level, Ticket
from app.web.fields import choice_field, id_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, ticket_page
from app.workspace.chat import may_reply

_TICKET = "workspace/assist/_ticket.html"
_TALK = "workspace/assist/_talk.html"
_LONGEST_TEXT = 4000
_ANSWERS = ("yes", "no")


@bp.get("/desk/tickets/<uuid:ticket_id>/assist")
@staff_with("tickets.read")
def ticket_assist(ticket_id: UUID) -> ResponseReturnValue:
    return _beside_ticket(access.ticket_for(current_actor(), ticket_id, "tickets.read"))


@bp.get("/desk/conversations/<uuid:conversation_id>/assist")
@staff_with("conversations.read")
def talk_assist(conversation_id: UUID) -> ResponseReturnValue:
    return _beside_talk(conversation_id)


@bp.post("/desk/tickets/new/suggestions")
@staff_with("tickets.open")
@takes("customer_id", "subject", "description")
def suggest_for_new() -> ResponseReturnValue:
    """What the ticket that is being written seems to be. Changes nothing."""
    form = request.form
    customer = customers.customer_for(current_actor(), id_field("customer_id"), "tickets.open")
    text = corpus.told(form.get("subject", ""), form.get("description", ""))[:_LONGEST_TEXT]
    found = suggesting.for_text(text, customer.language, customer.market_code)
    return render_template("workspace/assist/_new.html", suggested=found)


@bp.post("/desk/tickets/<uuid:ticket_id>/suggestions/category")
@staff_with("tickets.accept")
@takes("category", "answer")
def answer_category(ticket_id: UUID) -> ResponseReturnValue:
    category_id, actor = id_field("category"), current_actor()
    if _is_taken():
        return ticket_page.done(service.take_category(ticket_id, category_id, by=actor))
    return _beside_ticket(service.decline(ticket_id, Kind.CATEGORY, str(category_id), by=actor))


@bp.post("/desk/tickets/<uuid:ticket_id>/suggestions/weight")
@staff_with("tickets.accept")
@takes("impact", "urgency", "answer")
def answer_weight(ticket_id: UUID) -> ResponseReturnValue:
    impact, urgency = choice_field("impact", Level), choice_field("urgency", Level)
    actor = current_actor()
    if _is_taken():
        return ticket_page.done(service.take_weight(ticket_id, impact, urgency, by=actor))
    offered = offered_weight(impact, urgency)
    return _beside_ticket(service.decline(ticket_id, Kind.WEIGHT, offered, by=actor))


@bp.post("/desk/tickets/<uuid:ticket_id>/like/<uuid:other_id>")
@staff_with("tickets.resolve")
@takes("answer")
def answer_like_ticket(ticket_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Taken: the dialog that resolves the ticket, with the words of the other one."""
    actor, taken = current_actor(), _is_taken()
    other = service.answer_resolution(other_id, by=actor, accepted=taken, ticket_id=ticket_id)
    found = access.ticket_for(actor, ticket_id, "tickets.resolve")
    if not taken:
        return _beside_ticket(found)
    shown = ticket_page.resolving(found, resolution=other.resolution)
    return render_template("workspace/desk/_resolve.html", target=f"#ticket-{found.id}", **shown)


@bp.post("/desk/conversations/<uuid:conversation_id>/like/<uuid:other_id>")
@staff_with("conversations.reply")
@takes("answer", "language")
def answer_like_talk(conversation_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """The browser puts a taken one into the reply by itself."""
    service.answer_resolution(
        other_id, by=current_actor(), accepted=_is_taken(), conversation_id=conversation_id
    )
    return _beside_talk(conversation_id)


@bp.post("/desk/conversations/<uuid:conversation_id>/next/<step>")
@staff_with("conversations.reply")
@takes("answer")
def answer_next(conversation_id: UUID, step: str) -> ResponseReturnValue:
    """The button itself does what it says; this only remembers it."""
    if step not in set(Step):
        raise NotFound
    wanted = Step(step)
    service.answer_action(conversation_id, wanted, by=current_actor(), accepted=_is_taken())
    return _beside_talk(conversation_id)


def _beside_ticket(found: Ticket) -> str:
    actor = current_actor()
    likes = (
        similar.solved_like(
            actor,
            similar.about_ticket(found),
            declined=similar.declined_of(ticket_id=found.id),
        )
        if found.is_open
        else []
    )
    is_hers = found.assignee_id == actor.id or actor.may("tickets.assign")
    nobodys = found.assignee_id is None
    return render_template(
        _TICKET,
        ticket=found,
        suggested=suggesting.for_ticket(found),
        likes=likes,
        may_order=actor.may("tickets.accept") and (is_hers or nobodys),
        may_use=is_hers and found.status != "new" and actor.may("tickets.resolve"),
    )


def _beside_talk(conversation_id: UUID) -> str:
    actor = current_actor()
    talk = conversations.conversation_for(actor, conversation_id, "conversations.read")
    ticket = tickets.of_conversation(talk.id)
    declined = similar.declined_of(ticket_id=ticket.id if ticket else None, conversation_id=talk.id)
    likes = similar.solved_like(actor, similar.about_talk(talk, ticket), declined=declined)
    answered = queries.answered_steps(talk.id)
    todo = next_actions(facts.facts_of(talk, ticket, actor))
    return render_template(
        _TALK,
        conversation=talk,
        ticket=ticket,
        likes=likes,
        may_use=may_reply(actor, talk),
        todo=[each for each in todo if answered.get(each.step) is not False],
        done=[step for step, taken in answered.items() if taken],
        told=so_far.so_far(talk, ticket),
    )


def _is_taken() -> bool:
    """Left out it is taken: the button that puts words into a reply says nothing else."""
    answer = request.form.get("answer", "yes")
    if answer not in _ANSWERS:
        raise Invalid(field="answer")
    return answer == "yes"
