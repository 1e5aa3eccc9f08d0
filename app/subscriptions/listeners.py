"""What lines do when customers' papers are decided and when lines close, in that transaction."""

from app.core import db
from app.customers.events import IdentityRejected, IdentityVerified
from app.subscriptions.events import LineClosed
from app.subscriptions.models import Line
from app.subscriptions.service import activations, stock

# A line closed for this reason has taken its number to another operator.
PORTED_OUT = "ported_out"


def identity_verified(event: IdentityVerified) -> None:
    activations.identity_verified(event.check_id)


def identity_rejected(event: IdentityRejected) -> None:
    activations.identity_rejected(event.check_id, event.reason)


def rest_number(event: LineClosed) -> None:
    line = db.session.get_one(Line, event.line_id)
    if line.service == "mobile":
        stock.rest_number(line, event.at, ported_out=event.reason == PORTED_OUT)
