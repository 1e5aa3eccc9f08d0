"""Tables of customers' or payments' data that leave the house: confirmed, and written down."""

from app.audit import service as audit
from app.core import db
from app.web.login import current_actor
from app.web.step_up import confirmed

PERMISSION = "data.export"


def confirmed_export(what: str, market_code: str | None = None) -> None:
    """Go on only for who may take data out and has just proved who she is."""
    actor = current_actor()
    actor.must(PERMISSION)
    place = market_code or "all"
    confirmed(PERMISSION, f"{what}:{place}")
    with db.transaction():
        audit.record(actor, "data.exported", "export", what, market=place)
