"""The surface of leads, administrators and auditors."""

from flask import Blueprint

bp = Blueprint("supervision", __name__, url_prefix="/board")

from app.supervision import api_clients, audit_trail, live, people, reports  # noqa: E402, F401
