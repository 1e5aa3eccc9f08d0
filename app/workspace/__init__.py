"""The agents' surface: one blueprint, one module a screen."""

from flask import Blueprint

bp = Blueprint("workspace", __name__)

from app.workspace import sign_in  # noqa: E402, F401 - routes register themselves
