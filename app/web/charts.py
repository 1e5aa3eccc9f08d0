"""What a chart shows, as its script reads it. The exact numbers stand beside the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalog.models import UsageKind
from app.core.volumes import GIB
from app.usage.queries import DaySum
from app.web.locale import day

# What the quantities of a kind are divided by, and the unit that gives.
_UNITS = {UsageKind.DATA: (GIB, "GB"), UsageKind.VOICE: (60, "min"), UsageKind.SMS: (1, "SMS")}


@dataclass(frozen=True, slots=True)
class Series:
    """`share`: in percent, a line of its own beside what the others measure."""

    name: str
    values: Sequence[float | None]
    share: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """One value of each series a label. Where no series has a name there is no legend."""

    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = "bar"
    unit: str = ""
    stacked: bool = False


def used(days: Sequence[DaySum], kind: UsageKind) -> int:
    return sum(getattr(each, kind.value) for each in days)


def usage_chart(days: Sequence[DaySum], kind: UsageKind) -> Chart:
    per, unit = _UNITS[kind]
    values = [round(used([each], kind) / per, 3) for each in days]
    return Chart([day(each.day, "short") for each in days], [Series("", values)], unit=unit)
