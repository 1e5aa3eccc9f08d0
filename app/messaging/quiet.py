"""A market's quiet hours: notices wait for the morning."""

from app.core import clock
from app.markets import policies
from app.markets import queries as markets
from app.messaging.hours import USUAL_QUIET, checked_quiet

SETTING = "quiet_hours"
# Channels that wake nobody.
SILENT = frozenset({"email"})

policies.declare(SETTING, checked_quiet)


def hours_of(market_code: str) -> tuple[str, ...]:
    """From and to in the market's time zone; the usual night where the market chose nothing."""
    chosen = markets.settings_at(market_code, clock.now()).get(SETTING)
    return USUAL_QUIET if chosen is None else tuple(chosen)
