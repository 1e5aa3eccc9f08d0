"""The agents' surface: one blueprint, one module a screen."""

from flask import Blueprint

bp = Blueprint("workspace", __name__)

from app.workspace import (  # noqa: E402, F401 - routes register themselves
    attachments,
    conversations,
    customers,
    desk,
    invoices,
    knowledge,
    labels,
    lines,
    network,
    palette,
    payment_links,
    sign_in,
    tickets,
    usage_records,
)
