"""The customers' surface: pages under /my, the public help, and the chat widget's other end."""

from flask import Blueprint

bp = Blueprint("portal", __name__)

from app.portal import (  # noqa: E402, F401 - routes register themselves
    add_ons,
    answers,
    approvals,
    bills,
    care_pin,
    chat,
    esim,
    forgotten,
    help,  # noqa: A004 - the help, not the function
    home,
    labels,
    leaving,
    line_service,
    my_data,
    paying,
    payment_plans,
    payments,
    plans,
    second_factor,
    security,
    sign_in,
    surveys,
    tickets,
    transfers,
    uploads,
    usage,
    vouchers,
    widget,
)

bp.register_blueprint(chat.bp)
bp.register_blueprint(widget.bp)
