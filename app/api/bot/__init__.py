"""What the bot's action server may ask; a service token; the narrowest door."""

from flask import Blueprint

bp = Blueprint("bot_api", __name__, url_prefix="/api/bot")

from app.api.bot import (  # noqa: E402, F401 - routes register themselves
    activations,
    addons,
    articles,
    autopay,
    balance,
    bill,
    bill_explained,
    call_back,
    contact,
    context,
    handover,
    leaving,
    network,
    paying,
    plans,
    porting,
    proposals,
    puk,
    refundable,
    roaming,
    tickets,
    topping_up,
    traced_payments,
    usage,
    verification,
)
