"""Layouts of sources: looked at, changed, tried on pasted lines; as JSON they come and go whole."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel.numbers import format_decimal
from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp, layout_forms
from app.backoffice.usage_words import usage_word
from app.catalog.models import UsageKind
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.markets.queries import market, markets_of
from app.mediation import access, layout_words, queries, service
from app.mediation.errors import BadLayout
from app.mediation.layout import NEEDED, OWN_UNITS, UNITS
from app.mediation.models import Layout
from app.mediation.samples import SWITCH
from app.mediation.service.layouts import MOST_SAMPLES, Sample, Trial, checked
from app.web import htmx
from app.web.fields import whole
from app.web.input import takes
from app.web.locale import iso, locale, moment
from app.web.login import current_actor, staff_with
from app.web.words import USAGE

_LONGEST = 100_000
_WHOLE = ("part", "complete")  # as nearly every record is: not worth a word


@bp.get("/usage/layouts")
@staff_with("usage.import")
def usage_layouts() -> ResponseReturnValue:
    return render_template(
        "backoffice/layouts/layouts.html", layouts=queries.sources(current_actor())
    )


@bp.get("/usage/layouts/new")
@staff_with("usage.import")
def new_usage_layout() -> ResponseReturnValue:
    return _page(None, {**SWITCH, "timezone": "UTC"})


@bp.get("/usage/layouts/<source>")
@staff_with("usage.import")
def usage_layout(source: str) -> ResponseReturnValue:
    found = _layout(source)
    return _page(found, found.definition)


@bp.get("/usage/layouts/<source>/definition.json")
@staff_with("usage.import")
def export_usage_layout(source: str) -> ResponseReturnValue:
    found = _layout(source)
    answer = Response(json.dumps(found.definition, indent=2, ensure_ascii=False))
    answer.mimetype = "application/json"
    name = f"{found.source}-{found.version}.json"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.post("/usage/layouts/import")
@staff_with("usage.import")
@takes("file")
def import_usage_layout() -> ResponseReturnValue:
    """The form filled with what a file says, to be looked at and saved; nothing is kept."""
    definition = checked(_uploaded())
    if lost := _lost(definition):
        raise BadLayout([_("the form cannot show %(what)s", what=lost)])
    return render_template("backoffice/layouts/_definition.html", **_asked(definition))


@bp.post("/usage/layouts/try")
@staff_with("usage.import")
@takes("market", "sample", *layout_forms.FIELDS)
def try_usage_layout() -> ResponseReturnValue:
    """What the layout makes of the pasted lines, row by row, or what is wrong with it."""
    trial: Trial | None = None
    faults: Sequence[str] = ()
    code = request.form.get("market", "").replace("\0", "")
    try:
        sample = request.form.get("sample", "")[:_LONGEST]
        trial = service.try_layout(_definition(), sample, code, by=current_actor())
        g.timezone = market(code).timezone
    except BadLayout as bad:
        faults = bad.faults
    return render_template(
        "backoffice/layouts/_tried.html",
        trial=trial,
        faults=faults,
        told=_told,
        most=MOST_SAMPLES,
    )


@bp.post("/usage/layouts")
@staff_with("usage.import")
@takes("source", "name", "market", *layout_forms.FIELDS)
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
@takes("name", "market", "version", *layout_forms.FIELDS)
def change_usage_layout(source: str) -> ResponseReturnValue:
    version = whole(request.form.get("version", ""), field="version", digits=8)
    changed = service.change_layout(
        source.replace("\0", ""),
        request.form.get("name", "").strip(),
        _definition(),
        version=version,
        by=current_actor(),
    )
    return htmx.go(url_for("backoffice.usage_layout", source=changed.source))


def _layout(source: str) -> Layout:
    return access.layout_for(current_actor(), source.replace("\0", ""), "usage.import")


def _definition() -> dict[str, Any]:
    return layout_forms.read(request.form)


def _uploaded() -> dict[str, Any]:
    """Raises BadLayout for what is no JSON object, Invalid where there is no file."""
    sent = request.files.get("file")
    if sent is None:
        raise Invalid(field="file")
    try:
        found = json.loads(sent.stream.read(_LONGEST))
        written = json.dumps(found, ensure_ascii=False, allow_nan=False)
        written.encode()  # halves of surrogate pairs are no text
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise BadLayout([_("this is not JSON, from line %(line)s on", line=line)]) from None
    if not isinstance(found, dict) or "\\u0000" in written:
        raise BadLayout([_("this is no layout")])
    return found


def _page(found: Layout | None, definition: Mapping[str, Any]) -> ResponseReturnValue:
    return render_template(
        "backoffice/layouts/layout.html",
        layout=found,
        markets=[] if found else markets_of(current_actor()),
        lost=_lost(definition),
        **_asked(definition),
    )


def _asked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a definition need: its values, and what there is to choose from."""
    values = layout_forms.shown(definition)
    return {
        "values": values,
        "formats": _named(layout_forms.FORMATS, "format"),
        "encodings": [
            (each, each.upper()) for each in _and(layout_forms.ENCODINGS, values["encoding"])
        ],
        "delimiters": _named(_and(layout_forms.DELIMITERS, values["delimiter"]), "delimiter"),
        "times": _named(layout_forms.TIMES, "time"),
        "totals": layout_forms.TOTALS,
        "names": layout_forms.NAMES,
        "needed": NEEDED,
        "units": UNITS,
        "kinds": list(UsageKind),
    }


def _lost(definition: Mapping[str, Any]) -> str:
    """What the form cannot show of it, in words."""
    return ", ".join(layout_words.named(part) for part in layout_forms.unsaid(definition))


def _named(values: Iterable[str], kind: str) -> list[tuple[str, str]]:
    return [(each, usage_word(each, kind)) for each in values]


def _and(usual: Iterable[str], chosen: str) -> list[str]:
    """The usual choices, and what was chosen otherwise."""
    return list(dict.fromkeys([*usual, chosen]))


def _told(sample: Sample) -> Mapping[str, str]:
    """What was understood of a row, as people read it; as it stands there where nothing was."""
    record = {name: text for name, text in sample.record.items() if (name, text) != _WHOLE}
    if sample.field is None and record:
        kind = record["kind"]
        quantity = format_decimal(int(record["quantity"]), locale=locale())
        record["quantity"] = f"{quantity} {usage_word(OWN_UNITS[UsageKind(kind)], 'unit')}"
        record["started_at"] = moment(iso(record["started_at"]), "medium")
        record["kind"] = str(USAGE[kind])
    return record
