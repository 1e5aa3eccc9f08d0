"""What the bot's action server may ask; a service token; the narrowest door."""

from flask import Blueprint

bp = Blueprint("bot_api", __name__, url_prefix="/api/bot")

from app.api.bot import (  # noqa: E402, F401 - routes register themselves
    articles,
    balance,
    bill,
    context,
    handover,
    payment_link,
    plan_change,
    plans,
    tickets,
    usage,
)
