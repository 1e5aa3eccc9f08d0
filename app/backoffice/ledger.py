"""The books: what each holds, what does not agree, and the latest entries."""

from flask import request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import Invalid
from app.ledger import queries
from app.web import htmx
from app.web.login import current_actor, staff_with

PAGE = 50


@bp.get("/ledger")
@staff_with("ledger.read")
def ledger() -> ResponseReturnValue:
    actor = current_actor()
    entries = queries.latest(actor, before=_before(), size=PAGE)
    return htmx.show(
        "backoffice/ledger/ledger.html",
        "backoffice/ledger/_entries.html",
        sums=[] if htmx.wanted() else queries.trial_balance(actor),
        differences=[] if htmx.wanted() else queries.open_differences(actor),
        proof=queries.last_proof(),
        entries=entries,
        more=entries[-1].id if len(entries) == PAGE else None,
    )


def _before() -> int | None:
    given = request.args.get("before", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Invalid(field="before")
    return int(given) if given else None
