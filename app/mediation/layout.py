"""How a source writes its records, said in data. No session, no clock.

A definition is JSON. Where a value stands is a column's name or number (CSV, from 1), a place
`[start, length]` (fixed width, from 1) or a path such as "call.start" (JSON).
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic import field_validator as check

from app.catalog.models import UsageKind
from app.core import faults
from app.core.i18n import lazy
from app.mediation import layout_words


def _place(value: Any, known: ValidatorFunctionWrapHandler) -> Any:
    """One fault for all three ways to say a place."""
    try:
        return known(value)
    except ValidationError:
        raise ValueError(
            lazy("a place is a name, a number from 1 on, or a first position and a length")
        ) from None


Position = Annotated[int, Field(ge=1, le=10_000)]
Ref = Annotated[str | Position | tuple[Position, Position], WrapValidator(_place)]

FieldName = Literal[
    "number", "kind", "started_at", "quantity", "other_party", "record_id", "session_id",
    "sequence", "part", "currency",
]  # fmt: skip
NEEDED = ("number", "kind", "started_at", "quantity")
PARTS = ("complete", "partial", "last")
# Ways to write a time that have a name; any other is a pattern.
TIMES = ("iso", "epoch", "epoch_ms")
_SOME_TIME = datetime(2024, 1, 31, 18, 45, tzinfo=UTC)
# How many of our units (seconds, bytes, messages) one of theirs is, as a fraction.
UNITS: Mapping[str, tuple[int, int]] = {
    "seconds": (1, 1),
    "deciseconds": (1, 10),
    "milliseconds": (1, 1000),
    "minutes": (60, 1),
    "bytes": (1, 1),
    "kilobytes": (1024, 1),
    "megabytes": (1024**2, 1),
    "kilobytes_of_1000": (1000, 1),
    "megabytes_of_1000": (1000**2, 1),
    "messages": (1, 1),
}
# What a kind is counted in where nothing else is said: as we count it.
OWN_UNITS: Mapping[UsageKind, str] = {
    UsageKind.DATA: "bytes",
    UsageKind.VOICE: "seconds",
    UsageKind.SMS: "messages",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FieldSpec(_Strict):
    """One field of ours: where it stands or what it always is, and how it is to be read.

    `values` translates theirs to ours. `time` is a strptime format, iso, epoch or epoch_ms; a time
    without an offset is of `timezone`. `unit` is one for all, or one for each kind.
    """

    take: Ref | None = Field(None, alias="from")
    join: tuple[Ref, ...] = ()
    always: str | None = None
    values: Mapping[str, str] = {}
    time: str = "iso"
    timezone: str | None = None
    unit: str | Mapping[str, str] = "seconds"

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldSpec":
        if sum((self.take is not None, bool(self.join), self.always is not None)) != 1:
            raise ValueError(lazy("say where it stands or what it always is, one of both"))
        return self

    @check("time")
    @classmethod
    def _readable_time(cls, value: str) -> str:
        """A pattern reads what it writes; of some that do not, strptime raises `re.error`."""
        try:
            if value not in TIMES:
                datetime.strptime(_SOME_TIME.strftime(value), value)  # noqa: DTZ007 - only tried
        except (ValueError, re.error) as error:
            raise ValueError(lazy("unknown way to write times %(name)s", name=value)) from error
        return value

    @check("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return value if value is None else _zone(value)

    @check("unit")
    @classmethod
    def _known_unit(cls, value: str | Mapping[str, str]) -> str | Mapping[str, str]:
        for unit in [value] if isinstance(value, str) else value.values():
            if unit not in UNITS:
                raise ValueError(lazy("unknown unit %(name)s", name=unit))
        return value

    def unit_of(self, kind: UsageKind) -> tuple[int, int]:
        if isinstance(self.unit, str):
            return UNITS[self.unit]
        return UNITS[self.unit.get(kind.value, OWN_UNITS[kind])]

    @property
    def places(self) -> tuple[Ref, ...]:
        """Where it stands; several are joined by a space, none is what it always is."""
        return self.join or (() if self.take is None else (self.take,))


class Mark(_Strict):
    """Where a row says what it is. What is neither header nor trailer is a record."""

    take: Ref = Field(alias="from")
    header: str | None = None
    trailer: str | None = None


class Total(_Strict):
    """A control total: the number of records, or the sum of a value of all of them.

    One that stands in the file `beside` is taken from there by its name.
    """

    where: Literal["header", "trailer", "beside"] = Field(alias="in")
    take: Ref = Field(alias="from")
    sum_of: Ref | None = None


class Beside(_Strict):
    """A file of names and values beside each file: its name has `suffix` behind the file's.

    `sha256` is the name under which the hash of the file stands, where it does.
    """

    suffix: str = Field(pattern=r"^\.[A-Za-z0-9_-]{1,15}$")
    sha256: str | None = Field(None, min_length=1)


class Definition(_Strict):
    format: Literal["csv", "fixed", "json_lines", "json_array"]
    encoding: str = "utf-8-sig"
    timezone: str = "UTC"
    decimal: Literal[".", ","] = "."
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', min_length=1, max_length=1)
    columns: tuple[str, ...] = ()
    header_row: bool = False
    mark: Mark | None = None
    beside: Beside | None = None
    fields: Mapping[FieldName, FieldSpec]
    totals: tuple[Total, ...] = ()

    @check("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        """A mark of the byte order is dropped where there is one."""
        try:
            name = codecs.lookup(value).name
            "".encode(name, "replace")
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(lazy("unknown encoding %(name)s", name=value)) from error
        return "utf-8-sig" if name == "utf-8" else name

    @check("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _zone(value)

    @model_validator(mode="after")
    def _whole(self) -> "Definition":
        if missing := [name for name in NEEDED if name not in self.fields]:
            raise ValueError(lazy("needed and not there: %(names)s", names=_named(missing)))
        self._check_totals()
        if "sequence" in self.fields and "session_id" not in self.fields:
            raise ValueError(lazy("a part number is of no use without a session"))
        for ref in self._refs():
            self._check_ref(ref)
        return self

    @property
    def totals_beside(self) -> tuple[Total, ...]:
        return tuple(each for each in self.totals if each.where == "beside")

    def _check_totals(self) -> None:
        if self.mark is None and len(self.totals_beside) < len(self.totals):
            raise ValueError(lazy("totals need a mark that tells header and trailer"))
        if self.beside is None and self.totals_beside:
            raise ValueError(lazy("totals in a file beside need its suffix"))
        if self.beside and not (self.beside.sha256 or self.totals_beside):
            raise ValueError(lazy("a file beside needs a total or a hash that stands in it"))
        if any(not isinstance(each.take, str) for each in self.totals_beside):
            raise ValueError(lazy("in a file beside a total has a name"))

    def _refs(self) -> list[Ref]:
        specs = self.fields.values()
        found = [ref for each in specs for ref in each.places]
        found += [each.sum_of for each in self.totals if each.sum_of is not None]
        found += [each.take for each in self.totals if each.where != "beside"]
        return found + ([self.mark.take] if self.mark else [])

    def _check_ref(self, ref: Ref) -> None:
        fits = {"csv": (str, int), "fixed": (tuple,)}.get(self.format, (str,))
        if not isinstance(ref, fits):
            raise ValueError(  # noqa: TRY004 - pydantic
                lazy("%(place)s is no place in a file of this format", place=ref)
            )
        named = self.format == "csv" and isinstance(ref, str) and not self.header_row
        if named and ref not in self.columns:
            raise ValueError(lazy("%(place)s is not among the columns", place=ref))


class BadDefinition(ValueError):
    """`faults` say where and what, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(definition: Mapping[str, Any]) -> Definition:
    """Raises BadDefinition."""
    try:
        return Definition.model_validate(definition)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise BadDefinition(
            [faults.sentence(layout_words.steps(each["loc"]), each) for each in found]
        ) from None


def _named(names: Iterable[str]) -> str:
    return ", ".join(str(layout_words.FIELDS[name]) for name in names)


@lru_cache(maxsize=500)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, or no name at all
        raise ValueError(lazy("unknown time zone %(name)s", name=name)) from error
    return name
