"""The widget's program, as operators' pages load it."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from app.web.login import open_to_all

BUILT = Path(__file__).resolve().parents[1] / "static" / "widget"
# Short, because operators' pages name no version; unchanged it costs a 304.
SECONDS_KEPT = 300

bp = Blueprint("widget", __name__, url_prefix="/widget")


@bp.get("/widget.js")
@open_to_all
def program() -> Response:
    return send_from_directory(BUILT, "widget.js", max_age=SECONDS_KEPT)
