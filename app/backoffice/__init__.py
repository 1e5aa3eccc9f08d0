"""The surface of billing administrators: catalogue, markets, runs, payments, what needs a decision.

One module a screen; each page is under `/office`, its templates under `backoffice/<noun>/`.
"""

from flask import Blueprint

bp = Blueprint("backoffice", __name__, url_prefix="/office")

from app.backoffice import (  # noqa: E402, F401 - routes register themselves
    approvals,
    autopay,
    cash,
    channels,
    deposits,
    discounts,
    disputes,
    figures,
    gateways,
    invoices,
    ledger,
    offers,
    payments,
    policies,
    review,
    runs,
    simulation,
    simulator,
    stock,
    usage_files,
    usage_layouts,
    vouchers,
    web_chats,
    words,
    write_offs,
)
