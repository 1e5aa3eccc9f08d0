"""Layouts of sources: looked at, tried on pasted lines, and changed."""

import json
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import Invalid
from app.markets.queries import markets_of
from app.mediation import access, queries, service
from app.mediation.errors import BadLayout
from app.mediation.layout import UNITS
from app.mediation.service.layouts import Sample
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_LONGEST = 100_000
_EXAMPLE: dict[str, Any] = {
    "format": "csv",
    "delimiter": ";",
    "timezone": "UTC",
    "columns": ["id", "number", "kind", "start", "seconds"],
    "fields": {
        "record_id": {"from": "id"},
        "number": {"from": "number"},
        "kind": {"from": "kind", "values": {"V": "voice"}},
        "started_at": {"from": "start", "time": "%Y%m%d%H%M%S"},
        "quantity": {"from": "seconds", "unit": "seconds"},
    },
}


@bp.get("/usage/layouts")
@staff_with("usage.import")
def usage_layouts() -> ResponseReturnValue:
    return render_template(
        "backoffice/layouts/layouts.html", layouts=queries.sources(current_actor())
    )


@bp.get("/usage/layouts/new")
@staff_with("usage.import")
def new_usage_layout() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "backoffice/layouts/layout.html",
        layout=None,
        definition=_pretty(_EXAMPLE),
        markets=markets_of(actor),
        units=UNITS,
    )


@bp.get("/usage/layouts/<source>")
@staff_with("usage.import")
def usage_layout(source: str) -> ResponseReturnValue:
    found = access.layout_for(current_actor(), source.replace("\0", ""), "usage.import")
    return render_template(
        "backoffice/layouts/layout.html",
        layout=found,
        definition=_pretty(found.definition),
        markets=[],
        units=UNITS,
    )


@bp.post("/usage/layouts/try")
@staff_with("usage.import")
@takes("definition", "sample")
def try_usage_layout() -> ResponseReturnValue:
    """The records that the layout makes of the pasted lines, or what is wrong with it."""
    tried, faults = list[Sample](), list[str]()
    try:
        definition = _definition()
        tried = service.try_layout(definition, request.form.get("sample", "")[:_LONGEST])
    except BadLayout as bad:
        faults = [str(fault) for fault in bad.details["faults"]]  # type: ignore[attr-defined]
    return render_template("backoffice/layouts/_tried.html", tried=tried, faults=faults)


@bp.post("/usage/layouts")
@staff_with("usage.import")
@takes("source", "name", "market", "definition")
def add_usage_layout() -> ResponseReturnValue:
    added = service.add_layout(
        request.form.get("source", "").strip(),
        request.form.get("name", "").strip(),
        request.form.get("market", "").replace("\0", ""),
        _definition(),
        by=current_actor(),
    )
    return htmx.go(url_for("backoffice.usage_layout", source=added.source))


@bp.post("/usage/layouts/<source>")
@staff_with("usage.import")
@takes("name", "definition", "version")
def change_usage_layout(source: str) -> ResponseReturnValue:
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Invalid(field="version")
    changed = service.change_layout(
        source.replace("\0", ""),
        request.form.get("name", "").strip(),
        _definition(),
        version=int(version),
        by=current_actor(),
    )
    return htmx.go(url_for("backoffice.usage_layout", source=changed.source))


def _definition() -> dict[str, Any]:
    """Raises BadLayout for what is no JSON object."""
    try:
        found = json.loads(request.form.get("definition", "")[:_LONGEST])
        written = json.dumps(found, ensure_ascii=False, allow_nan=False)
        written.encode()  # halves of surrogate pairs are no text
    except (ValueError, RecursionError) as error:
        raise BadLayout(faults=[f"JSON: {error}".encode(errors="replace").decode()]) from None
    if not isinstance(found, dict) or "\\u0000" in written:
        raise BadLayout(faults=["JSON: { … }"])
    return found


def _pretty(definition: dict[str, Any]) -> str:
    return json.dumps(definition, indent=2, ensure_ascii=False)
