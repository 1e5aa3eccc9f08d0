"""Tables of customers' or payments' data that leave the house: confirmed, and written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from flask import Response, send_file

from app.audit import service as audit
from app.core import db
from app.web.login import current_actor
from app.web.step_up import confirmed

_EVERYWHERE = "all"


def confirm_export(what: str, market_code: str | None = None) -> None:
    """Go on only for who has just proved who she is. Its route asks for `data.export`."""
    confirmed("data.export", f"{what}:{market_code or _EVERYWHERE}")


@contextmanager
def confirmed_export(what: str, market_code: str | None = None) -> Iterator[None]:
    """As `confirm_export`; what the block makes leaves, so the trail says so. It says nothing when
    the block is refused."""
    confirm_export(what, market_code)
    with db.transaction():
        yield
        audit.record(
            current_actor(), "data.exported", "export", what, market=market_code or _EVERYWHERE
        )


def zipped(content: bytes) -> Response:
    return send_file(
        BytesIO(content), mimetype="application/zip", download_name="data.zip", as_attachment=True
    )
