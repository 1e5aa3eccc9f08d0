"""What is left of the allowances of the running period."""

from collections.abc import Sequence
from itertools import groupby

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, on_behalf
from app.api.bot.wording import day, day_text, label, last_day
from app.core.volumes import quantity_text
from app.subscriptions.queries import current_plan
from app.usage.models import Bucket
from app.usage.queries import buckets_of


@bp.get("/conversations/<uuid:conversation_id>/usage")
@on_behalf("usage.read")
def usage(asked: Asked) -> Answer:
    line = asked.line(request.args.get("line_id"))
    plan = current_plan(line)
    buckets = buckets_of([line.id])[line.id]
    ends = [each.expires_at for each in buckets if each.subscription_id == plan.id]
    period_end = last_day(min(ends, default=None), asked)
    return {
        "line_id": str(line.id),
        "label": label(line),
        "plan": plan.version.offer.name,
        "period_ends_on": day(period_end),
        "period_ends_on_text": day_text(period_end, asked),
        "buckets": [
            _together(kind.value, list(same), asked)
            for kind, same in groupby(buckets, key=lambda each: each.kind)
        ],
    }


def _together(kind: str, buckets: Sequence[Bucket], asked: Asked) -> Answer:
    """All buckets of one kind as one figure; one without a limit makes the whole unlimited."""
    granted = [each.size for each in buckets if each.size is not None]
    unlimited = len(granted) < len(buckets)
    total = None if unlimited else sum(granted)
    left = None if unlimited else sum(each.left or 0 for each in buckets)
    used = sum(each.used for each in buckets)
    figures = {"granted": total, "used": used, "left": left}
    texts = {
        f"{name}_text": None if value is None else quantity_text(kind, value, asked.locale)
        for name, value in figures.items()
    }
    return {"kind": kind, "unlimited": unlimited, **figures, **texts}
