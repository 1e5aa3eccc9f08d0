"""permission_check: who is asking, with her roles as they are stored, and may she do this.

Everything that a check costs beside the session's own row: roles, her own ones among them, become
permissions, and one is looked for. Reference: looking for it in a set that is there already.
"""

import time
from collections.abc import Callable, Iterator
from itertools import cycle

from app.core import secrets
from app.identity.models import Staff
from app.identity.permissions import PERMISSIONS, permissions_of
from benchmarks.figure import Figure
from benchmarks.stage import Stage
from tests.factories.identity import StaffFactory

DAYS = None
TIMES = 20_000
ROLES = ["supervisor", "billing_administrator", "custom-1"]


def measure(_stage: Stage | None) -> Iterator[Figure]:
    secrets.set_key("bench")  # its sealed columns want one
    staff: Staff = StaffFactory.build(roles=ROLES, custom_permissions=sorted(PERMISSIONS)[:20])
    asked, held = cycle(PERMISSIONS), permissions_of(ROLES)
    ours = _microseconds(lambda: staff.as_actor().may(next(asked)))
    bare = _microseconds(lambda: next(asked) in held)
    details = {"roles": len(ROLES), "permissions": len(PERMISSIONS), "limit": 50}
    yield Figure("permission_check", ours, "µs", bare, details)


def _microseconds(check: Callable[[], object]) -> float:
    """The middle of seven runs."""
    took = []
    for _run in range(7):
        began = time.perf_counter()
        for _time in range(TIMES):
            check()
        took.append((time.perf_counter() - began) / TIMES * 1_000_000)
    return sorted(took)[3]
