"""The surface of leads, administrators and auditors."""

from flask import Blueprint

bp = Blueprint("supervision", __name__, url_prefix="/board")

from app.supervision import (  # noqa: E402, F401
    adherence,
    api_clients,
    assist,
    at_risk,
    audit_trail,
    automation,
    automation_words,
    bot_report,
    bot_review,
    canned,
    feedback,
    listening,
    live,
    oversight,
    people,
    privacy,
    promises,
    quality,
    report_exports,
    reports,
    rights,
    routing,
    teams,
    tickets,
    transfer,
    transfer_words,
    workflows,
)
