"""A layout as a form: what kind of file it is, where each thing stands, and how it is written.

A place is written as people say it: `msisdn` or `3` (CSV), `2, 15` for fifteen signs from the
second on (fixed width), `call.start` (JSON). Several are joined by ` + `.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from app.backoffice import forms
from app.backoffice.forms import Form
from app.catalog.models import UsageKind
from app.core.errors import Invalid
from app.mediation import layout
from app.mediation.layout import Definition, FieldName, FieldSpec

FORMATS = ("csv", "fixed", "json_lines", "json_array")
ENCODINGS = ("utf-8", "iso8859-1", "cp1252", "utf-16")
DELIMITERS = (",", ";", "\t", "|")
TIMES = (*layout.TIMES, "pattern")
TOTALS = range(4)
_MOST_DIGITS = 9
NAMES: tuple[str, ...] = get_args(FieldName)

_OF_FIELDS = tuple(f"{part}_{name}" for name in NAMES for part in ("how", "at", "values"))
_OF_TOTALS = tuple(f"total_{part}_{n}" for n in TOTALS for part in ("in", "at", "of"))
FIELDS = (
    "format",
    "encoding",
    "timezone",
    "decimal",
    "delimiter",
    "quote",
    "header_row",
    "columns",
    "mark_at",
    "mark_header",
    "mark_trailer",
    "beside_suffix",
    "beside_sha256",
    "time",
    "time_pattern",
    "time_zone",
    *(f"unit_{kind}" for kind in UsageKind),
    *_OF_FIELDS,
    *_OF_TOTALS,
)
_FIXED = re.compile(r"([0-9]{1,5})\s*,\s*([0-9]{1,5})", re.ASCII)


def read(form: Form) -> dict[str, Any]:
    """The definition that the form says; whether it makes sense is `layout.read`'s to say.

    Raises Invalid naming the field.
    """
    places = _Places(form)
    definition: dict[str, Any] = {
        "format": forms.word(form, "format"),
        "encoding": forms.word(form, "encoding"),
        "timezone": forms.word(form, "timezone"),
        "decimal": forms.word(form, "decimal") or ".",
    }
    if places.format == "csv":
        definition["delimiter"] = form.get("delimiter", "")[:1] or ","
        definition["quote"] = forms.word(form, "quote")[:1] or '"'
        definition["header_row"] = forms.truth(form, "header_row")
        definition["columns"] = places.columns
    if form.get("mark_at", "").strip():
        definition["mark"] = {"from": places.one("mark_at"), **_marks(form)}
    if suffix := forms.word(form, "beside_suffix"):
        sha256 = forms.word(form, "beside_sha256")
        definition["beside"] = {"suffix": suffix, **({"sha256": sha256} if sha256 else {})}
    definition["fields"] = {
        name: _field(form, name, places)
        for name in NAMES
        if form.get(f"how_{name}", "none") != "none"
    }
    definition["totals"] = list(_totals(form, places))
    return definition


def shown(definition: Mapping[str, Any]) -> dict[str, str]:
    """The form of a sound definition, as `read` reads it."""
    known = layout.read(definition)
    values = {
        "format": known.format,
        "encoding": known.encoding.removesuffix("-sig"),
        "timezone": known.timezone,
        "decimal": known.decimal,
        "delimiter": known.delimiter,
        "quote": known.quote,
        "header_row": "yes" if known.header_row else "",
        "columns": "\n".join(known.columns),
    }
    if known.mark is not None:
        values |= {
            "mark_at": _spelt(known.mark.take),
            "mark_header": known.mark.header or "",
            "mark_trailer": known.mark.trailer or "",
        }
    if known.beside is not None:
        values |= {
            "beside_suffix": known.beside.suffix,
            "beside_sha256": known.beside.sha256 or "",
        }
    for name, spec in known.fields.items():
        values |= _field_shown(name, spec)
    values |= _time_shown(known.fields["started_at"])
    quantity = known.fields["quantity"]
    values |= {f"unit_{kind}": _unit_of(quantity, kind) for kind in UsageKind}
    for n, total in enumerate(known.totals[: len(TOTALS)]):
        values |= {f"total_in_{n}": total.where, f"total_at_{n}": _spelt(total.take)}
        values[f"total_of_{n}"] = "" if total.sum_of is None else _spelt(total.sum_of)
    return values


def unsaid(definition: Mapping[str, Any]) -> list[str]:
    """What the form cannot say of a sound definition, such as a sign `=` that is translated."""
    try:
        said = layout.read(read(MultiDict(shown(definition))))
    except (Invalid, layout.BadDefinition):
        return ["definition"]
    before, after = _meaning(layout.read(definition)), _meaning(said)
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


class _Places:
    """Reads places as the format of the file has them."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.format = forms.word(form, "format")
        lines = forms.word(form, "columns").splitlines()
        self.columns = [each for line in lines if (each := line.strip())]

    def one(self, field: str) -> Any:
        return self._place(forms.word(self._form, field), field)

    def several(self, field: str) -> list[Any]:
        text = forms.word(self._form, field)
        return [self._place(each.strip(), field) for each in text.split(" + ")]

    def _place(self, text: str, field: str) -> Any:
        if not text:
            raise Invalid(field=field)
        if self.format == "fixed":
            found = _FIXED.fullmatch(text)
            if found is None:
                raise Invalid(field=field)
            return [int(each) for each in found.groups()]
        is_number = self.format == "csv" and text not in self.columns
        is_digits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        return int(text) if is_number and is_digits else text


def _marks(form: Form) -> dict[str, str]:
    given = {end: forms.word(form, f"mark_{end}") for end in ("header", "trailer")}
    return {end: text for end, text in given.items() if text}


def _field(form: Form, name: str, places: _Places) -> dict[str, Any]:
    at = f"at_{name}"
    if form.get(f"how_{name}") == "always":
        return {"always": forms.word(form, at), **_written(form, name)}
    found = places.several(at)
    origin = {"from": found[0]} if len(found) == 1 else {"join": found}
    return {**origin, **_translations(form, name), **_written(form, name)}


def _translations(form: Form, name: str) -> dict[str, Any]:
    """Theirs = ours, a line each."""
    values: dict[str, str] = {}
    for line in forms.word(form, f"values_{name}").splitlines():
        theirs, sign, ours = line.partition("=")
        if sign:
            values[theirs.strip()] = ours.strip()
        elif line.strip():
            raise Invalid(field=f"values_{name}")
    return {"values": values} if values else {}


def _written(form: Form, name: str) -> dict[str, Any]:
    """How a time or a quantity is written."""
    if name == "quantity":
        return {"unit": {str(kind): forms.word(form, f"unit_{kind}") for kind in UsageKind}}
    if name != "started_at":
        return {}
    time = forms.word(form, "time")
    if time == "pattern":
        time = forms.word(form, "time_pattern")
    zone = forms.word(form, "time_zone")
    return {"time": time or "iso", **({"timezone": zone} if zone else {})}


def _totals(form: Form, places: _Places) -> Iterator[dict[str, Any]]:
    for n in TOTALS:
        if where := forms.word(form, f"total_in_{n}"):
            at = f"total_at_{n}"
            place = forms.word(form, at) if where == "beside" else places.one(at)
            total = {"in": where, "from": place}
            if form.get(f"total_of_{n}", "").strip():
                total["sum_of"] = places.one(f"total_of_{n}")
            yield total


def _spelt(ref: layout.Ref) -> str:
    return f"{ref[0]}, {ref[1]}" if isinstance(ref, tuple) else str(ref)


def _field_shown(name: str, spec: FieldSpec) -> dict[str, str]:
    if spec.always is not None:
        return {f"how_{name}": "always", f"at_{name}": spec.always}
    return {
        f"how_{name}": "at",
        f"at_{name}": " + ".join(_spelt(ref) for ref in spec.places),
        f"values_{name}": "\n".join(f"{theirs} = {ours}" for theirs, ours in spec.values.items()),
    }


def _time_shown(spec: FieldSpec) -> dict[str, str]:
    is_named = spec.time in layout.TIMES
    return {
        "time": spec.time if is_named else "pattern",
        "time_pattern": "" if is_named else spec.time,
        "time_zone": spec.timezone or "",
    }


def _unit_of(spec: FieldSpec, kind: UsageKind) -> str:
    """The unit by its name; what is as good as our own unit is named so."""
    own = layout.OWN_UNITS[kind]
    unit = spec.unit if isinstance(spec.unit, str) else spec.unit.get(kind.value, own)
    return own if layout.UNITS[unit] == layout.UNITS[own] else unit


def _meaning(known: Definition) -> dict[str, Any]:
    """All that a definition says, by name, however it is put."""
    said: dict[str, Any] = known.model_dump(exclude={"fields"})
    for name, spec in known.fields.items():
        said[name] = spec.always or (spec.places, dict(spec.values))
    time = known.fields["started_at"]
    said["time"] = (time.time, time.timezone)
    said["unit"] = [known.fields["quantity"].unit_of(kind) for kind in UsageKind]
    return said
