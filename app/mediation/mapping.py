"""From a row to a record of ours: types, units and time zones. No session, no clock."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal, InvalidOperation
from typing import Any

from app.catalog.models import UsageKind
from app.core import dates
from app.mediation.layout import PARTS, Definition, FieldSpec, zone
from app.mediation.reading import Absent, Reader, Row

_LONGEST = 200
_DIGITS = 24
_LAST_SEQUENCE = 100_000


class BadField(Exception):
    """A field that is missing or cannot be read."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a row says. `quantity` in seconds, bytes or messages, rounded away from zero; it may be
    absurd, or below zero."""

    number: str
    kind: UsageKind
    started_at: datetime
    quantity: int
    other_party: str | None = None
    record_id: str | None = None
    session_id: str | None = None
    sequence: int | None = None
    part: str = "complete"
    currency: str | None = None

    @property
    def name(self) -> str | None:
        """What tells it from others of its source; a session's whole record has the session's."""
        return self.record_id or self.session_id

    def plain(self) -> dict[str, str]:
        """As text by field, to be kept and shown."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name in self.__slots__
            if (value := getattr(self, name)) is not None
        }

    @classmethod
    def from_plain(cls, record: dict[str, Any]) -> "Parsed":
        """Raises BadField for what was never understood."""
        try:
            return cls(
                number=record["number"],
                kind=UsageKind(record["kind"]),
                started_at=_aware(datetime.fromisoformat(record["started_at"])),
                quantity=int(record["quantity"]),
                other_party=record.get("other_party"),
                record_id=record.get("record_id"),
                session_id=record.get("session_id"),
                sequence=int(record["sequence"]) if "sequence" in record else None,
                part=record.get("part", "complete"),
                currency=record.get("currency"),
            )
        except (KeyError, ValueError, OverflowError) as error:
            raise BadField(str(error)) from None

    def named(self, record_id: str) -> "Parsed":
        return replace(self, record_id=record_id)


class Mapper:
    def __init__(self, definition: Definition, reader: Reader) -> None:
        self._definition = definition
        self._reader = reader
        self._fields = definition.fields

    def parsed(self, row: Row) -> Parsed:
        """Raises BadField."""
        if row.cells is None:
            raise BadField("row")
        kind = self._kind(row)
        part = self._text(row, "part") or "complete"
        if part not in PARTS:
            raise BadField("part")
        number = self._text(row, "number")
        if not number:
            raise BadField("number")
        return Parsed(
            number=number,
            kind=kind,
            started_at=self._moment(row),
            quantity=self._quantity(row, kind),
            other_party=self._text(row, "other_party"),
            record_id=self._text(row, "record_id"),
            session_id=self._text(row, "session_id"),
            sequence=self._sequence(row),
            part=part,
            currency=self._text(row, "currency"),
        )

    def understood(self, row: Row) -> dict[str, str]:
        """The fields of a row that cannot be parsed, as far as something stands there."""
        found: dict[str, str] = {}
        for name in self._fields:
            try:
                if value := self._text(row, name):
                    found[name] = value
            except BadField:
                continue
        return found

    def number(self, row: Row, ref: Any) -> Decimal:
        """A number that stands there, as for control totals. Raises BadField."""
        try:
            return self.decimal(self._reader.value(row, ref), str(ref))
        except Absent:
            raise BadField(str(ref)) from None

    def _kind(self, row: Row) -> UsageKind:
        try:
            return UsageKind(self._text(row, "kind") or "")
        except ValueError:
            raise BadField("kind") from None

    def _quantity(self, row: Row, kind: UsageKind) -> int:
        quantity = self.decimal(self._text(row, "quantity") or "", "quantity")
        many, one = self._fields["quantity"].unit_of(kind)
        return int((quantity * many / one).to_integral_value(ROUND_UP))

    def _sequence(self, row: Row) -> int | None:
        text = self._text(row, "sequence")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise BadField("sequence")
        if not 1 <= int(text) <= _LAST_SEQUENCE:
            raise BadField("sequence")
        return int(text)

    def _moment(self, row: Row) -> datetime:
        spec = self._fields["started_at"]
        text = self._text(row, "started_at") or ""
        try:
            moment = _read_time(text, spec.time)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone(spec.timezone or self._definition.timezone))
            return _aware(moment)
        except (ValueError, OverflowError, OSError, InvalidOperation):
            raise BadField("started_at") from None

    def _text(self, row: Row, name: Any) -> str | None:
        """None where nothing stands; what is too long or cannot be stored is a bad field."""
        spec: FieldSpec | None = self._fields.get(name)
        if spec is None:
            return None
        if spec.always is not None:
            return spec.always
        try:
            refs = spec.join or (spec.take,)
            text = " ".join(self._reader.value(row, ref) for ref in refs if ref is not None)
        except Absent:
            return None
        text = spec.values.get(text, text) if spec.values else text
        if len(text) > _LONGEST or not text.isprintable():
            raise BadField(name)
        return text or None

    def decimal(self, text: str, field: str) -> Decimal:
        """As this source writes numbers. Raises BadField."""
        if self._definition.decimal == ",":
            text = text.replace(".", "").replace(",", ".")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise BadField(field) from None
        if not number.is_finite() or len(text) > 2 * _DIGITS or "_" in text:
            raise BadField(field)
        last = number.as_tuple().exponent
        if number.adjusted() > _DIGITS or int(last) < -_DIGITS:
            raise BadField(field)
        return number


def _read_time(text: str, form: str) -> datetime:
    if form == "iso":
        return datetime.fromisoformat(text)
    if form in {"epoch", "epoch_ms"}:
        seconds = Decimal(text) / (1000 if form == "epoch_ms" else 1)
        return datetime.fromtimestamp(float(seconds), UTC)
    return datetime.strptime(text, form)  # noqa: DTZ007 - its zone is the layout's


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("started_at")
    return dates.within(moment).astimezone(UTC)
