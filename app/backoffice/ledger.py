"""The books: what each holds, what does not agree, and the latest entries."""

from flask import request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.ledger import queries
from app.web import htmx
from app.web.login import current_actor, staff_with


@bp.get("/ledger")
@staff_with("ledger.read")
def ledger() -> ResponseReturnValue:
    actor = current_actor()
    page = queries.latest(actor, before=request.args.get("before", ""))
    return htmx.show(
        "backoffice/ledger/ledger.html",
        "backoffice/ledger/_entries.html",
        sums=[] if htmx.wanted() else queries.trial_balance(actor),
        differences=[] if htmx.wanted() else queries.open_differences(actor),
        proof=queries.last_proof(),
        entries=page.items,
        more=page.next_before,
    )
