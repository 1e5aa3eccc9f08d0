"""Control totals: what a file says of itself against what is in it. No session, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.mediation.layout import Definition
from app.mediation.mapping import BadField, Mapper
from app.mediation.reading import Reader, Role, Row, Unreadable

Said = Decimal | str


@dataclass(frozen=True, slots=True)
class Check:
    """One control total. `said` is None where nobody says it or not as a number."""

    what: str
    said: Said | None
    found: Said

    @property
    def holds(self) -> bool:
        return self.said == self.found

    def plain(self) -> dict[str, object]:
        said = None if self.said is None else _text(self.said)
        return {"what": self.what, "said": said, "found": _text(self.found), "holds": self.holds}


class Checker:
    """Is shown every row of a file and then tells whether the file is whole."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._reader = Reader(definition)
        self._mapper = Mapper(definition, self._reader)
        self._sums = [Decimal(0) for _ in definition.totals]
        self._said: list[Decimal | None] = [None for _ in definition.totals]
        self._ends: dict[Role, int] = {Role.HEADER: 0, Role.TRAILER: 0}
        self.records = 0

    def see(self, row: Row) -> None:
        """Raises Unreadable where a header or trailer stands in the wrong place."""
        role = self._reader.role(row)
        if role is not Role.RECORD:
            self._ends[role] += 1
            if self._ends[role] > 1 or (role is Role.HEADER and row.number > 1):
                raise Unreadable("misplaced_" + role, row.number)
            self._listen(row, role)
        elif self._ends[Role.TRAILER]:
            raise Unreadable("records_after_trailer", row.number)
        else:
            self.records += 1
            self._add(row)

    def checks(self, beside: Mapping[str, str] | None = None, digest: str = "") -> list[Check]:
        """Those of the file beside only where it is given, with the hash of the file itself.

        Raises Unreadable where the header or trailer is missing.
        """
        mark = self._definition.mark
        if mark and mark.header and not self._ends[Role.HEADER]:
            raise Unreadable("no_header", 1)
        if mark and mark.trailer and not self._ends[Role.TRAILER]:
            raise Unreadable("no_trailer", self.records)
        return [*self._compared(beside), *self._hashed(beside, digest)]

    def _compared(self, beside: Mapping[str, str] | None) -> Iterator[Check]:
        for total, heard, summed in zip(
            self._definition.totals, self._said, self._sums, strict=True
        ):
            said = heard
            if total.where == "beside":
                if beside is None:
                    continue
                said = self._beside(beside, str(total.take))
            if total.sum_of is None:
                yield Check("records", said, Decimal(self.records))
            else:
                yield Check(f"sum of {total.sum_of}", said, summed)

    def _beside(self, beside: Mapping[str, str], name: str) -> Decimal | None:
        try:
            return self._mapper.decimal(beside.get(name.casefold(), ""), name)
        except BadField:
            return None

    def _hashed(self, beside: Mapping[str, str] | None, digest: str) -> Iterator[Check]:
        known = self._definition.beside
        if beside is not None and known and known.sha256:
            said = beside.get(known.sha256.casefold())
            yield Check("sha256", said.casefold() if said else None, digest)

    def _listen(self, row: Row, role: Role) -> None:
        for n, total in enumerate(self._definition.totals):
            if total.where == role.value:
                self._said[n] = self._number(row, total.take)

    def _add(self, row: Row) -> None:
        for n, total in enumerate(self._definition.totals):
            if total.sum_of is not None:
                self._sums[n] += self._number(row, total.sum_of) or 0

    def _number(self, row: Row, ref: object) -> Decimal | None:
        try:
            return self._mapper.number(row, ref)
        except BadField:
            return None


def _text(value: Said) -> str:
    return value if isinstance(value, str) else format(value, "f")
