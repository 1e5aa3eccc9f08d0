"""What people read for the codes of mediation."""

from typing import Any

from app.backoffice import bp
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.mediation import layout_words, refusal_words
from app.web.filters import spoken

WORDS: dict[str, dict[str, Any]] = {
    "decision": {
        "open": lazy("Open"),
        "accepted": lazy("Accepted"),
        "corrected": lazy("Corrected"),
        "rejected": lazy("Rejected"),
    },
    "file": {
        "waiting": lazy("Waiting"),
        "reading": lazy("Being read"),
        "done": lazy("Done"),
        "refused": lazy("Refused"),
    },
    "refusal": refusal_words.FILES,
    "field": {
        "row": lazy("Row"),
        **layout_words.FIELDS,
    },
    "format": {
        "csv": lazy("Columns with a separator (CSV)"),
        "fixed": lazy("Columns of fixed width"),
        "json_lines": lazy("JSON, an object a line"),
        "json_array": lazy("JSON, one array"),
    },
    "delimiter": {
        ",": lazy("comma"),
        ";": lazy("semicolon"),
        "\t": lazy("tab"),
        "|": lazy("vertical bar"),
    },
    "time": {
        "iso": lazy("ISO 8601: 2026-05-10T12:00:00Z"),
        "epoch": lazy("seconds since 1970"),
        "epoch_ms": lazy("milliseconds since 1970"),
        "pattern": lazy("a pattern:"),
    },
    "unit": {
        "seconds": lazy("seconds"),
        "deciseconds": lazy("tenths of a second"),
        "milliseconds": lazy("milliseconds"),
        "minutes": lazy("minutes"),
        "bytes": lazy("bytes"),
        "kilobytes": lazy("kilobytes of 1024"),
        "megabytes": lazy("megabytes of 1024²"),
        "kilobytes_of_1000": lazy("kilobytes of 1000"),
        "megabytes_of_1000": lazy("megabytes of 1000²"),
        "messages": lazy("messages"),
    },
    "code": {
        "already_decided": lazy("decided by somebody else"),
        "cannot_be_accepted": lazy("cannot be accepted as they are"),
        "still_refused": lazy("still not sound"),
        "not_found": lazy("not found"),
    },
}


def usage_word(value: object, kind: str) -> str:
    """The value itself, readable, where there are no words for it."""
    text = str(value)
    return str(WORDS[kind].get(text) or text.replace("_", " "))


def control_total(what: str) -> str:
    """The words for what a control total counts: `records`, or `sum of` a place."""
    if what == "records":
        return _("How many records")
    if what == "sha256":
        return "SHA-256"
    return _("Sum of %(place)s", place=what.removeprefix("sum of "))


bp.add_app_template_filter(spoken(refusal_words.reason), "reason")
bp.add_app_template_filter(spoken(usage_word), "usage_word")
bp.add_app_template_filter(spoken(control_total), "control_total")
