"""The agents' surface: one blueprint, one module a screen."""

from flask import Blueprint

bp = Blueprint("workspace", __name__)

from app.workspace import (  # noqa: E402, F401 - routes register themselves
    activations,
    attachments,
    autopay,
    calls,
    channels,
    companies,
    conversations,
    credits,  # noqa: A004 - credit notes, not the function
    customers,
    departures,
    desk,
    extras,
    identity,
    invoices,
    knowledge,
    labels,
    line_service,
    lines,
    mails,
    network,
    new_ticket,
    palette,
    payment_links,
    payment_plans,
    payments,
    sign_in,
    tickets,
    transfers,
    usage_records,
)
