"""The customers' surface: pages under /my, the public help, and the chat widget's other end."""

from flask import Blueprint

bp = Blueprint("portal", __name__)

from app.portal import chat, uploads, widget  # noqa: E402, F401 - routes register themselves

bp.register_blueprint(chat.bp)
bp.register_blueprint(widget.bp)
