"""What customers are told of their allowances, as these come to their end."""

from sqlalchemy import select

from app.catalog.models import UsageKind
from app.core import db
from app.customers.notices import Told, notify_all
from app.subscriptions import msisdn
from app.subscriptions.models import Line
from app.usage.events import AllowancesReached
from app.usage.models import Bucket

# On the way, and at the end.
_KINDS = {
    UsageKind.DATA: ("data_threshold", "data_used_up"),
    UsageKind.VOICE: ("voice_threshold", "voice_used_up"),
    UsageKind.SMS: ("sms_threshold", "sms_used_up"),
}
_DATA_ABROAD = ("data_abroad_threshold", "data_abroad_used_up")
_END = 100


def allowances_reached(event: AllowancesReached) -> None:
    """Those of a whole delivery at once; each bucket and threshold is told once."""
    percents = dict(zip(event.bucket_ids, event.percents, strict=True))
    query = select(
        Bucket.id, Bucket.kind, Bucket.networks, Bucket.expires_at, Line.number, Line.customer_id
    ).join(Line, Line.id == Bucket.line_id)
    told: dict[str, list[Told]] = {}
    for bucket_id, kind, networks, until, number, customer_id in db.session.execute(
        query.where(Bucket.id.in_(event.bucket_ids)).order_by(Bucket.id)
    ):
        percent = percents[bucket_id]
        facts = {"line": msisdn.for_people(number), "percent": percent, "day": until}
        abroad = networks and kind is UsageKind.DATA
        on_the_way, at_the_end = _DATA_ABROAD if abroad else _KINDS[kind]
        name = at_the_end if percent == _END else on_the_way
        told.setdefault(name, []).append(Told(customer_id, f"bucket:{bucket_id}:{percent}", facts))
    for name, some in told.items():
        notify_all(name, some)
