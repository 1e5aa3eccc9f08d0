"""Python runs this first in every program of a stack that lives AHEAD seconds in the future."""

import os
import time
from datetime import UTC, datetime, timedelta

from app.core import clock

AHEAD = float(os.environ.get("AHEAD", "0"))
_time, _moved_to = time.time, clock._moved_to

time.time = lambda: _time() + AHEAD
clock.now = lambda: _moved_to.get() or datetime.now(UTC) + timedelta(seconds=AHEAD)
