"""Taking a payment in the talk: the customer gets a link to the gateway's own page."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.billing import access
from app.billing.models import Invoice
from app.conversations import access as conversations
from app.conversations.errors import NotYourConversation
from app.conversations.models import Conversation, Status
from app.conversations.service import messages
from app.core import db
from app.core.actor import SYSTEM, Actor
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.ids import new_id
from app.markets.queries import market
from app.payments import service as payments
from app.payments.errors import GatewayUnavailable
from app.payments.methods import NAMES, Method
from app.payments.models import Payment
from app.payments.port import ActionKind
from app.web.fields import choice
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.chat import may_reply


@bp.post("/desk/conversations/<uuid:conversation_id>/payment-link/<uuid:invoice_id>")
@staff_with("payments.take")
@takes("method")
def send_payment_link(conversation_id: UUID, invoice_id: UUID) -> ResponseReturnValue:
    """The link goes into the conversation: this agent's own, with whoever pays the invoice."""
    actor = current_actor()
    talk = conversations.conversation_for(actor, conversation_id, "conversations.reply")
    invoice = access.invoice_for(actor, invoice_id)
    if not may_reply(actor, talk) or talk.customer_id != invoice.account.customer_id:
        raise NotYourConversation
    payment = _checkout(invoice, actor, talk.language)
    _say(talk, invoice, payment, actor)
    return told(_("The payment link is sent."))


@bp.post("/desk/invoices/<uuid:invoice_id>/payment-link")
@staff_with("payments.take")
@takes("method")
def make_payment_link(invoice_id: UUID) -> ResponseReturnValue:
    """The link alone, to be read out or copied."""
    actor = current_actor()
    invoice = access.invoice_for(actor, invoice_id)
    g.timezone = market(invoice.market_code).timezone
    payment = _checkout(invoice, actor, actor.language)
    return render_template("workspace/invoices/_link.html", payment=payment)


def talk_with(customer_id: UUID, actor: Actor) -> Conversation | None:
    """The customer's conversation that this agent owns now."""
    query = select(Conversation).where(
        Conversation.customer_id == customer_id,
        Conversation.assignee_id == actor.id,
        Conversation.status == Status.OPEN,
    )
    return db.session.scalar(query.order_by(Conversation.last_message_at.desc()).limit(1))


def ways_of(invoice: Invoice) -> list[Method]:
    """What an agent may send a link for. A request to a UPI address the customer makes herself."""
    offered = payments.offered(market(invoice.market_code))
    return [each.method for each in offered if each.method is not Method.UPI_COLLECT]


def _checkout(invoice: Invoice, actor: Actor, language: str) -> Payment:
    method = choice(Method, request.form.get("method", Method.CARD), field="method")
    payment = payments.start_checkout(
        by=actor,
        invoice_id=invoice.id,
        language=language,
        idempotency_key=f"desk:{new_id()}",
        method=method,
    )
    if not payment.hosted_url:
        raise GatewayUnavailable
    return payment


def _to_copy(payment: Payment) -> dict[str, str]:
    """A Pix code or an account, for whoever pays in another app."""
    if payment.action is None or payment.action["kind"] not in (ActionKind.QR, ActionKind.TRANSFER):
        return {}
    return {"code": payment.action["text"]}


def _say(talk: Conversation, invoice: Invoice, payment: Payment, actor: Actor) -> None:
    """Cards are the system's to send, so that nobody can forge one by writing it."""
    amount = payment.money.format(market(invoice.market_code).locale_for(talk.language))
    card = {
        "kind": "payment_link",
        "url": payment.hosted_url,
        "amount": amount,
        "invoice": invoice.number,
        **_to_copy(payment),
    }
    with speaking(talk.language):
        text = _(
            "%(name)s sends you a link to pay invoice %(number)s.",
            name=actor.name,
            number=invoice.number,
        )
        if payment.wanted is not Method.CARD:
            text = f"{text} ({NAMES[payment.wanted]})"
            card["method"] = str(NAMES[payment.wanted])
    key = f"payment-link:{new_id()}"
    messages.say(talk.id, text, by=SYSTEM, client_key=key, extra={"card": card})
