"""For how many days a market keeps providers' calls as they came."""

from app.core import clock
from app.core.errors import Invalid
from app.markets import policies
from app.markets import queries as markets

SETTING = "call_days"
USUAL = 30
_MOST = 3650


def _checked(days: object) -> int:
    """Whole days."""
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MOST:
        raise Invalid(field=SETTING)
    return days


policies.declare(SETTING, _checked)


def days_of(market_code: str) -> int:
    chosen = markets.settings_at(market_code, clock.now()).get(SETTING)
    return USUAL if chosen is None else _checked(chosen)
