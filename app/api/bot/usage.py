"""What is left of the allowances of the running period."""

from collections.abc import Sequence
from itertools import groupby

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import UsageKind
from app.core.volumes import quantity_text
from app.selfservice.asker import Asker
from app.selfservice.figures import day, day_text, label, last_day
from app.subscriptions.queries import current_plan
from app.usage.models import Bucket
from app.usage.queries import buckets_of


@bp.get("/conversations/<uuid:conversation_id>/usage")
@on_behalf("usage.read")
def usage(asker: Asker) -> Answer:
    line = asker.line(request.args.get("line_id"))
    plan = current_plan(line)
    buckets = buckets_of([line.id])[line.id]
    ends = [each.expires_at for each in buckets if each.subscription_id == plan.id]
    period_end = last_day(min(ends, default=None), asker)
    return {
        "line_id": str(line.id),
        "label": label(line),
        "plan": plan.version.offer.name,
        "period_ends_on": day(period_end),
        "period_ends_on_text": day_text(period_end, asker),
        "buckets": [
            {"kind": kind.value, "abroad": abroad, **_together(kind.value, list(same), asker)}
            for (kind, abroad), same in groupby(sorted(buckets, key=_where), key=_where)
        ],
    }


def _where(bucket: Bucket) -> tuple[UsageKind, bool]:
    return bucket.kind, bool(bucket.networks)


def _together(kind: str, buckets: Sequence[Bucket], asker: Asker) -> Answer:
    """All buckets of one kind, for home or for abroad, as one figure; one without a limit makes the
    whole unlimited."""
    granted = [each.size for each in buckets if each.size is not None]
    unlimited = len(granted) < len(buckets)
    total = None if unlimited else sum(granted)
    left = None if unlimited else sum(each.left or 0 for each in buckets)
    used = sum(each.used for each in buckets)
    figures = {"granted": total, "used": used, "left": left}
    texts = {
        f"{name}_text": None if value is None else quantity_text(kind, value, asker.locale)
        for name, value in figures.items()
    }
    return {"unlimited": unlimited, **figures, **texts}
