"""Invoices to take along: the PDF once a worker has built it, and the code for payment apps."""

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from app.audit import service as audit
from app.billing import service
from app.billing.annex import Use, chunks_of
from app.billing.documents import code_of
from app.billing.models import Invoice
from app.billing.paying import qr_svg
from app.billing.sight import CALLS, LINES, Sight
from app.core import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.web import htmx, masked, sheets
from app.web.login import current_actor


def ask(invoice: Invoice) -> Response:
    """Have the PDF built in the reader's language, and go to where it will be."""
    service.ask_paper(invoice, language(), sight_of(invoice))
    return redirect(request.path, 303)


def pdf_of(invoice: Invoice, waiting: str) -> Response:
    """The file in the reader's language; until it is there, the page `waiting`, which asks again.

    Whoever calls went through access.
    """
    paper = service.paper_of(invoice, language(), sight_of(invoice))
    pdf = paper.pdf if paper else None
    if pdf is None or htmx.wanted():
        answer = htmx.show(
            waiting,
            "web/_paper.html",
            invoice=invoice,
            address=request.path,
            asked=paper is not None,
            ready=pdf is not None,
        )
        answer.status_code = 202 if paper and not pdf else 200
        return answer
    file = make_response(pdf)
    file.mimetype = "application/pdf"
    file.headers["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
    return file


def code_picture(invoice: Invoice) -> Response:
    """Raises NotFound where nothing is due or the market has no such code."""
    code = code_of(invoice)
    if code is None:
        raise NotFound
    picture = make_response(qr_svg(code.text))
    picture.mimetype = "image/svg+xml"
    return picture


def usage_sheet(invoice: Invoice) -> Response:
    """Every record behind the bill, however many, as CSV; taking it is written down."""
    with db.transaction():
        audit.record(current_actor(), "invoice.usage_exported", "invoice", invoice.id)
    head = (_("When"), _("Line"), _("Kind"), _("To"), _("Used"), _("Amount"), _("Currency"))
    chunks = chunks_of(invoice, sight_of(invoice))
    rows = (_row(use) for chunk in chunks for use in chunk)
    return sheets.download(f"{invoice.number}.csv", head, rows)


def sight_of(invoice: Invoice) -> Sight:
    """How much of the numbers on it the reader sees just now."""
    return Sight.of(
        lines=masked.sees(LINES, invoice.id),
        calls=masked.sees(CALLS, invoice.id),
    )


def _row(use: Use) -> tuple[object, ...]:
    amount = use.amount.rounded().amount
    when = use.started_at.isoformat(timespec="seconds")
    return when, use.number, use.kind, use.other_party, use.quantity, amount, use.amount.currency
