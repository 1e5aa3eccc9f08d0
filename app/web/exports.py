"""Tables of customers' or payments' data that leave the house: confirmed, and written down."""

from io import BytesIO

from flask import Response, send_file

from app.audit import service as audit
from app.core import db
from app.web.login import current_actor
from app.web.step_up import confirmed


def confirmed_export(what: str, market_code: str | None = None) -> None:
    """Go on only for who has just proved who she is. Its route asks for `data.export`."""
    place = market_code or "all"
    confirmed("data.export", f"{what}:{place}")
    with db.transaction():
        audit.record(current_actor(), "data.exported", "export", what, market=place)


def zipped(content: bytes) -> Response:
    return send_file(
        BytesIO(content), mimetype="application/zip", download_name="data.zip", as_attachment=True
    )
