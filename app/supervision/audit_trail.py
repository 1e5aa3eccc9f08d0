"""Who did what: the trail, newest first."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.audit import queries
from app.core.errors import Invalid
from app.supervision import bp
from app.web.login import staff_with

PAGE = 50


@bp.get("/audit")
@staff_with("audit.read")
def audit_trail() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip() or None for name in ("action", "object_id")}
    entries = queries.latest(**asked, before=_before(), size=PAGE)
    more = entries[-1].id if len(entries) == PAGE else None
    return render_template(
        "supervision/audit_trail/index.html", entries=entries, asked=asked, more=more
    )


def _before() -> int | None:
    given = request.args.get("before", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Invalid(field="before")
    return int(given) if given else None
