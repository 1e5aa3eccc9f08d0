"""What those are told who go on without a line: when its day is known, when it stays after all, and
when it has left. Who pays for the others hears what they cost then; who has a prepaid one, too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.billing.events import LineLeft
from app.billing.parting import listed
from app.billing.periods import period_containing
from app.billing.simulating import Dearer, dearer_without, loss_without
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.i18n import speaking
from app.core.money import Money
from app.customers.models import Customer
from app.customers.notices import Told, notify, notify_all
from app.network.events import PortOutCancelled, PortOutRequested
from app.network.models import PortOut
from app.subscriptions import msisdn
from app.subscriptions.events import LineTransferred
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.queries import families_of
from app.usage.models import Balance

# Of what is billed, and of prepaid plans.
_WILL_END = ("discount_will_end", "prepaid_discount_will_end")
_ENDED = ("discount_ended", "prepaid_discount_ended")


def move_announced(event: PortOutRequested) -> None:
    """The day is known."""
    line, key = db.session.get_one(Line, event.line_id), f"port_out:{event.port_out_id}:asked"
    _tell_members(line, "sharing_will_end", key, day=event.move_at)
    _tell_of_prices(line, clock.now(), event.move_at, _WILL_END, key, day=event.move_at)


def move_taken_back(event: PortOutCancelled) -> None:
    """To whom it was announced, each once."""
    if db.session.get_one(PortOut, event.port_out_id).requested_at is None:
        return
    line, key = db.session.get_one(Line, event.line_id), f"port_out:{event.port_out_id}:stays"
    _tell_members(line, "sharing_goes_on", key)
    dearer = [each.line_id for each in dearer_without(line, clock.now())]
    customers = set(db.session.scalars(select(Line.customer_id).where(Line.id.in_(dearer))))
    if loss_without(line, clock.now()):
        customers.add(line.account.customer_id)
    facts = {"line": msisdn.for_people(line.number)}
    told = [Told(each, f"{key}:discount:{each}", facts) for each in customers]
    notify_all("discount_goes_on", told)


def line_left(event: LineLeft) -> None:
    line = db.session.get_one(Line, event.line_id)
    _tell_of_loss(line, f"disconnection:{event.order_id}")


def line_transferred(event: LineTransferred) -> None:
    """Of the account that it came from."""
    line = db.session.get_one(Line, event.from_line_id)
    _tell_of_loss(line, f"transfer:{event.transfer_id}")


def _tell_of_loss(line: Line, key: str) -> None:
    """By what there was in the last moment of the line."""
    if line.closed_at is not None:
        last = line.closed_at - timedelta.resolution
        _tell_of_prices(line, last, line.closed_at, _ENDED, key)


def _tell_members(line: Line, kind: str, effect_key: str, **facts: object) -> None:
    gone = msisdn.for_people(line.number)
    for each in families_of([line.id]):
        if each.owner_line_id == line.id:
            notify(
                each.line.customer_id,
                kind,
                by=SYSTEM,
                effect_key=f"{effect_key}:{each.id}",
                line=msisdn.for_people(each.line.number),
                gone=gone,
                **facts,
            )


def _tell_of_prices(
    line: Line, at: datetime, leaves_at: datetime, kinds: tuple[str, str], key: str, **facts: object
) -> None:
    """What the others cost by what there is at a moment, once it has left."""
    of_bills, of_prepaid = kinds
    if loss := loss_without(line, at):
        notify(
            line.account.customer_id,
            of_bills,
            by=SYSTEM,
            effect_key=f"{key}:discount",
            line=msisdn.for_people(line.number),
            amount=loss.a_month.rounded(),
            discounts=", ".join(loss.discounts),
            start=_next_bill(line, leaves_at),
            **facts,
        )
    dearer = dearer_without(line, at)
    gone = msisdn.for_people(line.number)
    told = [
        Told(each.customer_id, f"{key}:prepaid:{some[0].id}", each.said(some, gone) | facts)
        for each, some in _alike(line, dearer, at, leaves_at).items()
    ]
    notify_all(of_prepaid, told)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Whose prepaid lines renew on one day at one price is told of them together."""

    customer_id: UUID
    language: str
    start: date
    before: Money
    after: Money
    discounts: str

    def said(self, lines: Sequence[Any], gone: str) -> dict[str, object]:
        with speaking(self.language):
            numbers = listed([msisdn.for_people(each.number) for each in lines])
        return {
            "gone": gone,
            "lines": numbers,
            "start": self.start,
            "before": self.before,
            "after": self.after,
            "discounts": self.discounts,
        }


def _alike(
    line: Line, dearer: Sequence[Dearer], at: datetime, leaves_at: datetime
) -> dict[_Alike, list[Any]]:
    zone = ZoneInfo(line.account.market.timezone)
    prices = {each.line_id: each for each in dearer}
    query = (
        select(Line.id, Line.number, Line.customer_id, Customer.language, Balance.paid_until)
        .join(Customer, Customer.id == Line.customer_id)
        .outerjoin(Balance, Balance.line_id == Line.id)
        .where(Line.id.in_(prices), Line.status != LineStatus.CLOSED)  # some may leave together
        .order_by(Line.id)
    )
    found: dict[_Alike, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        price = prices[row.id]
        is_over = row.paid_until is None or row.paid_until <= at  # paid for again at any time
        renews = leaves_at if is_over else _renewal(row.paid_until, price.days, leaves_at)
        alike = _Alike(
            row.customer_id,
            row.language,
            renews.astimezone(zone).date(),
            price.before.rounded(),
            price.after.rounded(),
            ", ".join(price.discounts),
        )
        found[alike].append(row)
    return found


def _next_bill(line: Line, moment: datetime) -> date:
    """The first day that a bill after this moment is in advance for."""
    day = moment.astimezone(ZoneInfo(line.account.market.timezone)).date()
    return period_containing(day, line.account.billing_day).end


def _renewal(paid_until: datetime, days: int, moment: datetime) -> datetime:
    """The first end of a period from this moment on."""
    missing = -((paid_until - moment) // timedelta(days=days))
    return paid_until + max(0, missing) * timedelta(days=days)
