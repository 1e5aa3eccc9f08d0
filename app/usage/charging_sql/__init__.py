"""What charging asks of the database, as functions: each is there before those that call it."""

from app.usage.charging_sql.costs import (
    CHARGING_COST,
    CHARGING_COUNTED,
    CHARGING_ROUNDED,
    CHARGING_UNITS,
)
from app.usage.charging_sql.cover import (
    CHARGING_COVER,
    CHARGING_EDGES,
    CHARGING_PARTS,
    CHARGING_SHARED,
)
from app.usage.charging_sql.request import CHARGE

FUNCTIONS = (
    CHARGING_UNITS,
    CHARGING_COUNTED,
    CHARGING_COST,
    CHARGING_ROUNDED,
    CHARGING_EDGES,
    CHARGING_PARTS,
    CHARGING_COVER,
    CHARGING_SHARED,
    CHARGE,
)
