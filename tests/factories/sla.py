"""Rules of promises, as supervisors decide them."""

from uuid import UUID

from app.core.actor import SYSTEM
from app.markets.working_time import DAYS
from app.tickets import service
from app.tickets.models import Goal, Priority, RuleKind

OFFICE = {day: [["09:00", "18:00"]] for day in DAYS[:5]}


def calendar(market="MX", *, hours=None, by=SYSTEM, name="Office", **more):
    content = {"hours": OFFICE if hours is None else hours, "holidays": False, "own_days": []}
    return service.decide(RuleKind.CALENDAR, name, content | more, by=by, market_code=market)


def policy_content(*, targets=None, calendar=None, chain=None, **more):
    """`targets` are seconds by goal, the same for each priority unless it is told by priority."""
    targets = targets or {Goal.RESOLUTION: 8 * 3600}
    return {
        "names": {},
        "targets": {
            goal: seconds if isinstance(seconds, dict) else {rank: seconds for rank in Priority}  # noqa: C420
            for goal, seconds in targets.items()
        },
        "stands": [Goal.NEXT_RESPONSE, Goal.RESOLUTION],
        "warn_at": 75,
        "calendar": str(calendar.key) if calendar else None,
        "chain": str(chain.key) if chain else None,
        "regulated": False,
        "docket": False,
    } | more


def policy(
    name="Everybody", *, market=None, by=SYSTEM, key: UUID | None = None, since=None, **more
):
    content = policy_content(**more)
    return service.decide(
        RuleKind.POLICY, name, content, by=by, market_code=market, key=key, effective_from=since
    )


def chain(*steps, name="Late", by=SYSTEM):
    """Steps are (occasion, minutes after it, deed, whom)."""
    told = [
        {"occasion": occasion, "after": minutes * 60, "deed": deed, "whom": whom}
        for occasion, minutes, deed, whom in steps
    ]
    return service.decide(RuleKind.CHAIN, name, {"steps": told}, by=by)
