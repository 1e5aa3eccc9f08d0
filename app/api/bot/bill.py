"""The bill that matters now: the one to pay first, else the latest."""

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, on_behalf
from app.api.bot.wording import day, day_text, exact, period_text, spoken
from app.billing import queries
from app.billing.documents import document_of
from app.billing.models import Invoice, InvoiceStatus
from app.core import clock
from app.core.errors import NotFound
from app.core.i18n import lazy
from app.core.money import Money


class NoBill(NotFound):
    code = "no_bill"
    message = lazy("There is no bill yet.")


@bp.get("/conversations/<uuid:conversation_id>/bill")
@on_behalf("billing.read")
def bill(asked: Asked) -> Answer:
    invoice = _which(asked)
    total, due = invoice.total_money, _due(invoice)
    document = document_of(invoice.id, asked.language)
    return {
        "number": invoice.number,
        "status": _status(invoice, asked),
        "total": exact(total),
        "total_text": spoken(total, asked),
        "due": exact(due),
        "due_text": spoken(due, asked),
        "due_on": day(invoice.due_on),
        "due_on_text": day_text(invoice.due_on, asked),
        "period_text": period_text(invoice.period_start, invoice.period_end, asked),
        "lines": [
            {"text": str(row.label), "amount_text": spoken(row.amount, asked)}
            for row in document.rows
        ],
    }


def _which(asked: Asked) -> Invoice:
    found = queries.bill_that_matters(asked.customer.id)
    if found is None:
        raise NoBill
    return found


def _due(invoice: Invoice) -> Money:
    """A void invoice asks for nothing."""
    if invoice.can_be_paid:
        return invoice.payable
    return Money.zero(invoice.currency)


def _status(invoice: Invoice, asked: Asked) -> str:
    late = invoice.is_overdue(clock.today(asked.market.timezone))
    overdue = late or invoice.status is InvoiceStatus.WRITTEN_OFF
    return "overdue" if overdue else invoice.status.value
