"""Tables that somebody takes out of a report: asked for here, made by a worker."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.celery import nudge
from app.core import i18n
from app.insights import drilling, exporting, tables
from app.supervision import bp, report_forms
from app.web import htmx
from app.web import input as sent_input
from app.web.exports import confirm_export
from app.web.input import takes
from app.web.login import current_actor, staff_with


@bp.post("/reports/exports")
@staff_with("data.export")
@takes("name", "definition", "format", "measure", "keys")
def ask_export() -> ResponseReturnValue:
    definition = report_forms.from_text(request.form.get("definition", ""))
    name, rows_of = sent_input.text(request.form, "name"), None
    format_name = tables.format_named(request.form.get("format", ""))
    if measure := request.form.get("measure", ""):
        rows_of = (drilling.measure_of(measure).name, request.form.getlist("keys"))
    confirm_export("report")
    exporting.ask(
        " ".join(name.split()) or "Dialtone",
        definition,
        format_name,
        by=current_actor(),
        language=i18n.language(),
        rows_of=rows_of,
    )
    nudge("insights.export")
    return htmx.go(url_for("supervision.report_exports"))


@bp.get("/reports/exports")
@staff_with("data.export")
def report_exports() -> ResponseReturnValue:
    made = exporting.exports_of(current_actor())
    going_on = any(each.state in {"waiting", "running"} for each in made)
    return htmx.show(
        "supervision/reports/exports.html",
        "supervision/reports/_exports.html",
        made=made,
        going_on=going_on,
    )


@bp.get("/reports/exports/<uuid:export_id>")
@staff_with("data.export")
def report_export(export_id: UUID) -> ResponseReturnValue:
    """The table itself; that it leaves was confirmed when it was asked for."""
    found: Any = exporting.export_for(current_actor(), export_id, with_content=True)
    answer = Response(found.content, mimetype=tables.MEDIA_TYPES[found.format])
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="report-{found.created_at:%Y-%m-%d}.{found.format}"'
    )
    return answer
