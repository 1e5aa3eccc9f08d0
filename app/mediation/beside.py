"""The file of control totals beside a file of records: names and values. No session, no clock.

Either a JSON object, or a name and its value a line: `RECORDS=120`, `amount: 14.50`, `sha256;9f…`.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePath

from app.core.storable import is_storable
from app.mediation.reading import Unreadable

LONGEST = 64 * 1024

_BETWEEN = re.compile(r"\s*[=:;,\t]\s*|\s+")


def as_text(content: bytes) -> str:
    """As it is kept; what is no text reads as signs that no total has."""
    return content.decode("utf-8-sig", "replace").replace("\0", "\ufffd")


def read(text: str) -> Mapping[str, str]:
    """Values by their names, which count in any case. Raises Unreadable."""
    if text.lstrip().startswith("{"):
        return _from_json(text)
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, *value = _BETWEEN.split(line.strip(), maxsplit=1)
            if not value or name.casefold() in found:
                raise Unreadable("bad_control_file", number)
            found[name.casefold()] = value[0].strip('"')
    return found


def names(file_name: str, suffix: str) -> tuple[str, str]:
    """What the file beside may be called: `cdr.csv.ctl`, or `cdr.ctl`."""
    return file_name + suffix, PurePath(file_name).stem + suffix


def _from_json(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise Unreadable("bad_control_file", 1) from None
    read = {name.casefold(): str(value) for name, value in found.items()}
    if len(read) < len(found) or not all(map(is_storable, read.values())):
        raise Unreadable("bad_control_file", 1)
    return read
