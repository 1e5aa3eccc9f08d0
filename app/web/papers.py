"""Invoices to take along: the PDF once a worker has built it, and the code for payment apps."""

from flask import request
from werkzeug.wrappers import Response

from app.billing import service
from app.billing.documents import code_of
from app.billing.models import Invoice
from app.billing.paying import qr_svg
from app.core.errors import NotFound
from app.core.i18n import language
from app.web import htmx


def pdf_of(invoice: Invoice, waiting: str) -> Response:
    """The file in the reader's language; until it is there, the page `waiting`, which asks again.

    Whoever calls went through access.
    """
    pdf = service.paper_of(invoice, language())
    if pdf is None or htmx.wanted():
        answer = htmx.show(
            waiting,
            "web/_paper.html",
            invoice=invoice,
            address=request.path,
            ready=pdf is not None,
        )
        answer.status_code = 200 if pdf else 202
        return answer
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
    return answer


def code_picture(invoice: Invoice) -> Response:
    """Raises NotFound where nothing is due or the market has no such code."""
    code = code_of(invoice)
    if code is None:
        raise NotFound
    return Response(qr_svg(code.text), mimetype="image/svg+xml")
