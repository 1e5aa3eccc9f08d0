"""What reports and boards are made of."""

from typing import Any

from app.core.i18n import lazy

REPORTS: dict[str, dict[str, Any]] = {
    "period": {
        "today": lazy("Today"),
        "yesterday": lazy("Yesterday"),
        "last_7": lazy("Last 7 days"),
        "last_30": lazy("Last 30 days"),
        "last_90": lazy("Last 90 days"),
        "last_365": lazy("Last 365 days"),
        "this_month": lazy("This month"),
        "last_month": lazy("Last month"),
        "chosen": lazy("The days chosen below"),
    },
    "cadence": {
        "daily": lazy("Every day"),
        "weekly": lazy("On Mondays"),
        "monthly": lazy("On the first of the month"),
    },
    "review": {
        "none": lazy("Not read yet"),
        "acknowledged": lazy("Read"),
        "disagreed": lazy("Sees it otherwise"),
    },
}
