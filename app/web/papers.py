"""Invoices to take along: the PDF once a worker has built it, and the code for payment apps."""

from flask import Response, make_response, render_template

from app.billing import service
from app.billing.documents import code_of
from app.billing.models import Invoice
from app.billing.paying import qr_svg
from app.core.errors import NotFound
from app.core.i18n import language


def pdf_of(invoice: Invoice, waiting: str, **context: object) -> Response:
    """The file in the reader's language; until it is there, the page `waiting`, which asks again.

    Whoever calls went through access.
    """
    pdf = service.paper_of(invoice, language())
    if pdf is None:
        return make_response(render_template(waiting, invoice=invoice, **context), 202)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
    return answer


def code_picture(invoice: Invoice) -> Response:
    """Raises NotFound where nothing is due or the market has no such code."""
    code = code_of(invoice)
    if code is None:
        raise NotFound
    return Response(qr_svg(code.text), mimetype="image/svg+xml")
