"""The first page after signing in: lines with what is left, what is to pay, what we told her."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.billing import queries as billing
from app.core import clock
from app.customers import notices
from app.portal import bp
from app.portal.cards import cards_of
from app.portal.me import me
from app.portal.transfers import coming
from app.subscriptions.models import TransferStatus
from app.web.login import customer_with


@bp.get("/my/")
@customer_with()
def home() -> ResponseReturnValue:
    customer = me()
    return render_template(
        "portal/home.html",
        customer=customer,
        cards=cards_of(customer.id),
        invoices=billing.open_invoices(customer.id),
        owed=billing.owed(customer.id),
        today=clock.today(customer.market.timezone),
        coming=[each for each in coming(customer.id) if each.status is TransferStatus.WAITING],
        notices=notices.latest_of(customer.id),
        notice_subject=notices.subject_of,
        notice_text=notices.text_of,
    )
