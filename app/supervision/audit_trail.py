"""Who did what: the trail, newest first, searched and taken out by the auditor."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.audit import queries
from app.audit.models import AuditEntry
from app.audit.queries import Search
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.supervision import bp
from app.web import fields, sheets
from app.web.exports import confirmed_export
from app.web.fields import whole
from app.web.input import takes
from app.web.locale import timezone
from app.web.login import current_actor, staff_with

PAGE = 50
ASKED = ("action", "object_id", "actor", "since", "until")


@bp.get("/audit")
@staff_with("audit.read")
def audit_trail() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip() for name in ASKED}
    entries = queries.found(_search(asked), by=current_actor(), before=_before(), size=PAGE)
    more = entries[-1].id if len(entries) == PAGE else None
    return render_template(
        "supervision/audit_trail/index.html",
        tab="supervision.audit_trail",
        entries=entries,
        asked=asked,
        more=more,
    )


@bp.post("/audit/export")
@staff_with("audit.export")
@takes(*ASKED, "form")
def export_trail() -> ResponseReturnValue:
    """All that the search finds, oldest first, as a table or as lines of JSON."""
    search = _search({name: request.form.get(name, "").strip() for name in ASKED})
    form = request.form.get("form", "csv")
    if form not in {"csv", "jsonl"}:
        raise Invalid(field="form")
    with confirmed_export("audit"):
        found = queries.everything(search, by=current_actor())
    if form == "csv":
        return sheets.download("audit.csv", _head(), (_row(each) for each in found))
    answer = Response(stream_with_context(_lines(found)), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return answer


def _search(asked: dict[str, str]) -> Search:
    """Days are those of the reader's clock, both included."""
    since = fields.day(asked["since"], field="since")
    until = fields.day(asked["until"], field="until")
    return Search(
        action=_words(asked["action"], "action"),
        object_id=_words(asked["object_id"], "object_id"),
        actor_id=fields.id_or_none(asked["actor"], field="actor"),
        since=clock.midnight(since, timezone()) if since else None,
        until=clock.midnight(until + timedelta(days=1), timezone()) if until else None,
    )


def _words(given: str, field: str) -> str | None:
    if "\0" in given:
        raise Invalid(field=field)
    return given or None


def _head() -> tuple[str, ...]:
    who = (_("Kind"), _("Who"), _("Number of who"))
    what = (_("What"), _("Kind of thing"), _("Number of the thing"), _("Changes"), _("Seal"))
    return (_("Number"), _("When"), *who, *what, _("Market"))


def _row(entry: AuditEntry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.at.isoformat(),
        entry.actor_kind,
        entry.actor_name,
        entry.actor_id,
        entry.action,
        entry.object_kind,
        entry.object_id,
        json.dumps(entry.changes, ensure_ascii=False),
        entry.seal.hex() if entry.seal else "",
        entry.market_code or "",
    )


def _lines(found: Iterator[AuditEntry]) -> Iterator[str]:
    for entry in found:
        yield json.dumps(_plain(entry), ensure_ascii=False) + "\n"


def _plain(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor": {
            "kind": entry.actor_kind,
            "id": str(entry.actor_id),
            "name": entry.actor_name,
        },
        "action": entry.action,
        "object": {"kind": entry.object_kind, "id": entry.object_id},
        "changes": entry.changes,
        "seal": entry.seal.hex() if entry.seal else None,
        "market": entry.market_code,
    }


def _before() -> int | None:
    given = request.args.get("before", "")
    return whole(given, field="before", digits=18) if given else None
