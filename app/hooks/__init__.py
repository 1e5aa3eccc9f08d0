"""Providers call us here. They are known by their signatures, not by a login or a form token."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.core.errors import NotFound, Refusal
from app.payments import service as payments
from app.payments.switch import is_known
from app.web.login import open_to_all

bp = Blueprint("hooks", __name__, url_prefix="/hooks")

LARGEST_CALL = 64 * 1024


@bp.post("/payments/<provider>")
@open_to_all
def payment_callback(provider: str) -> ResponseReturnValue:
    """204 says the call is stored and need not come again; anything else that it may."""
    if not is_known(provider):
        raise NotFound
    request.max_content_length = LARGEST_CALL
    payments.receive_callback(request.get_data(cache=False), dict(request.headers), provider)
    return "", 204


@bp.errorhandler(Refusal)
def refused(refusal: Refusal) -> ResponseReturnValue:
    return jsonify(code=refusal.code, message=str(refusal.message)), refusal.status


@bp.errorhandler(HTTPException)
def not_understood(error: HTTPException) -> ResponseReturnValue:
    return jsonify(code="invalid", message=error.name), error.code or 400


from app.hooks import channels, dialogues  # noqa: E402, F401 - routes register themselves
