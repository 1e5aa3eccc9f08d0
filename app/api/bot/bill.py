"""Her bills: the one that matters now, one by number or month, the list, one sent by mail."""

from typing import Any

from flask import current_app, request
from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.billing import queries
from app.billing.documents import document_of
from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, dates
from app.core.errors import Conflict, NotFound, Refusal
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.money import Money
from app.customers.notices import notify
from app.selfservice.asker import Asker
from app.selfservice.figures import day, day_text, exact, spoken
from app.selfservice.proposals.bills import hers

_MOST = 12


class NoBill(NotFound):
    code = "no_bill"
    message = lazy("There is no bill yet.")


class NoBillThen(NotFound):
    code = "no_bill_then"
    message = lazy("There is no bill of that month.")


class WhichBill(Conflict):
    """Details: `bills`, as the list tells them."""

    code = "which_bill"
    message = lazy("There are several bills of that month.")


class NoMail(Refusal):
    code = "no_mail"
    message = lazy("We have no e-mail address of yours to send it to.")


class WantedMail(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(max_length=40)


@bp.get("/conversations/<uuid:conversation_id>/bill")
@on_behalf("billing.read")
def bill(asker: Asker) -> Answer:
    """`?number=` one of hers, `?month=2026-03-01` that of a month, else what matters now."""
    invoice = asked_for(asker)
    document = document_of(invoice.id, asker.language)
    return {
        **told(invoice, asker),
        "url": paper_of(invoice),
        "lines": [
            {"text": str(row.label), "amount_text": spoken(row.amount, asker)}
            for row in document.rows
        ],
    }


@bp.get("/conversations/<uuid:conversation_id>/bills")
@on_behalf("billing.read")
def bills(asker: Asker) -> Answer:
    found = queries.invoices_of(customer_id=asker.customer.id, limit=_MOST)
    return {"bills": [told(each, asker) for each in found]}


@bp.post("/conversations/<uuid:conversation_id>/bill/mail")
@on_behalf("billing.read")
def mail_bill(asker: Asker) -> Answer:
    """Once a bill and day, however often she asks."""
    customer = asker.customer
    if not customer.email:
        raise NoMail
    invoice = hers(asker, body_of(WantedMail).number)
    today = clock.today(asker.market.timezone)
    notify(
        customer.id,
        "invoice_again",
        by=asker.actor,
        effect_key=f"invoice:{invoice.id}:again:{today}",
        number=invoice.number,
        amount=invoice.total_money,
        url=paper_of(invoice),
    )
    sentence = _(
        "We send bill %(number)s to %(address)s.",
        number=invoice.number,
        address=_half_shown(customer.email),
    )
    return {"sentence": sentence, "url": paper_of(invoice)}


def asked_for(asker: Asker) -> Invoice:
    """Raises NoBill, NoBillThen, NotFound for one that is not hers, WhichBill."""
    if number := request.args.get("number"):
        return hers(asker, number)
    if month := request.args.get("month"):
        return _of_month(asker, month)
    found = queries.bill_that_matters(asker.customer.id)
    if found is None:
        raise NoBill
    return found


def told(invoice: Invoice, asker: Asker) -> dict[str, Any]:
    """A bill in a line."""
    total, due = invoice.total_money, due_of(invoice)
    return {
        "number": invoice.number,
        "status": _status(invoice, asker),
        "total": exact(total),
        "total_text": spoken(total, asker),
        "due": exact(due),
        "due_text": spoken(due, asker),
        "due_on": day(invoice.due_on),
        "due_on_text": day_text(invoice.due_on, asker),
        "period_text": dates.period_text(invoice.period_start, invoice.period_end, asker.locale),
    }


def due_of(invoice: Invoice) -> Money:
    """A void invoice asks for nothing."""
    if invoice.can_be_paid:
        return invoice.payable
    return Money.zero(invoice.currency)


def paper_of(invoice: Invoice) -> str:
    """Where she finds it as a paper, signed in."""
    return f"{current_app.config['DIALTONE'].public_url}/my/bills/{invoice.number}/pdf"


def _of_month(asker: Asker, month: str) -> Invoice:
    try:
        within = dates.day(month)
    except ValueError:
        raise NoBillThen from None
    found = queries.invoices_of_month(asker.customer.id, within)
    if not found:
        raise NoBillThen
    if len(found) > 1:
        raise WhichBill(bills=[told(each, asker) for each in found[:_MOST]])
    return found[0]


def _status(invoice: Invoice, asker: Asker) -> str:
    late = invoice.is_overdue(clock.today(asker.market.timezone))
    overdue = late or invoice.status is InvoiceStatus.WRITTEN_OFF
    return "overdue" if overdue else invoice.status.value


def _half_shown(address: str) -> str:
    """`v•••@example.com`: she knows it, whoever looks over her shoulder need not."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}•••@{host}"
