"""A link to the gateway's page for a bill. The bot never sees a card."""

from flask import current_app
from pydantic import BaseModel, ConfigDict

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, body_of, on_behalf
from app.api.bot.wording import spoken
from app.billing import queries as billing
from app.billing.models import Invoice
from app.core.errors import NotFound
from app.core.ids import new_id
from app.payments import service as payments
from app.payments.errors import GatewayUnavailable, NothingToPay


class WantedLink(BaseModel):
    model_config = ConfigDict(extra="forbid")

    invoice_number: str | None = None


@bp.post("/conversations/<uuid:conversation_id>/payment-link")
@on_behalf("payments.take")
def payment_link(asked: Asked) -> Answer:
    invoice = _invoice(asked, body_of(WantedLink).invoice_number)
    public_url = current_app.config["DIALTONE"].public_url
    payment = payments.start_checkout(
        by=asked.actor,
        invoice_id=invoice.id,
        return_url=f"{public_url}/my/bills/{invoice.number}/payment",
        language=asked.language,
        # An undecided payment of this bill is found and used again.
        idempotency_key=f"bot:{new_id()}",
    )
    if payment.hosted_url is None:
        raise GatewayUnavailable
    return {
        "url": payment.hosted_url,
        "amount_text": spoken(payment.money, asked),
        "invoice": invoice.number,
    }


def _invoice(asked: Asked, number: str | None) -> Invoice:
    """The one named, else the most urgent."""
    waiting = billing.open_invoices(asked.customer.id)
    if number is None:
        if not waiting:
            raise NothingToPay
        return waiting[0]
    own = [*waiting, *billing.invoices_of(customer_id=asked.customer.id)]
    found = next((each for each in own if each.number == number), None)
    if found is None:
        raise NotFound
    return found
