"""Six months of an operator's days: people join, use, are billed, pay, and write in.

Everything goes through the services under a moved clock, so the past obeys today's rules.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.billing import service as billing
from app.billing.models import Invoice, InvoiceStatus
from app.catalog.models import Service, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers.models import Customer, Notice, NoticeStatus
from app.demo import cases, opinions, talks
from app.demo.autopay import AutoPay
from app.demo.operator import HOMES
from app.demo.outside import Outside
from app.demo.population import FIRST_CREDIT, Joiner, join
from app.payments import methods
from app.payments import service as payments
from app.subscriptions.models import Line
from app.usage import queries as usage_queries
from app.usage import service as usage
from app.usage.models import Balance
from app.usage.records import NewRecord

MB = 1024**2
# How a day's data is spread: most days are light, some are heavy.
MEDIAN_DATA_MB = {"starter-5gb": 110, "plus-20gb": 420, "max-unlimited": 1100}
SHARE_PAYING_LATE = 0.06
# Whose bills of the last days stay open: João pays his in the chat, Hugo not at all.
LEFT_OPEN = {"joao@example.com": 32, "hugo@example.com": 55}


@dataclass(slots=True)
class History:
    """What has happened so far, and the dice that decide what happens next."""

    start: datetime
    days: int
    waiting: list[Joiner]
    dice: random.Random
    inboxes: dict[str, UUID]
    world: Outside
    lines: list[Line] = field(default_factory=list)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    offers: dict[UUID, str] = field(default_factory=dict)
    patience: dict[UUID, int] = field(default_factory=dict)
    autopay: AutoPay = field(init=False)
    opinions: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self.autopay = AutoPay(self.world)

    def live(self, told: Callable[[int], None]) -> None:
        """Live every day up to now; `told` hears how many days are over."""
        for day in range(self.days):
            self._live_day(self.start + timedelta(days=day), left=self.days - day)
            db.session.expunge_all()
            told(day + 1)

    def _live_day(self, midnight: datetime, *, left: int) -> None:
        while self.waiting and self.waiting[0].joins_at < midnight + timedelta(days=1):
            self._welcome(self.waiting.pop(0))
        with clock.moved_to(midnight + timedelta(hours=14)):
            self._renew(clock.now())
            self._bill()
            self._pay(clock.now())
            cases.happen(left)
        with clock.moved_to(midnight + timedelta(hours=16, minutes=30)):
            self.autopay.run(timedelta(days=left))
            if left == opinions.DAYS:
                opinions.begin()
        talks.have(self, midnight)
        end = midnight + timedelta(days=1)
        with clock.moved_to(min(end, self.start + timedelta(days=self.days))):
            usage.ingest(list(self._usage(midnight)), by=SYSTEM)
            if left < opinions.DAYS:
                opinions.hear(self.opinions)
            _deliver_notices(until=midnight)

    def _welcome(self, joiner: Joiner) -> None:
        customer, opened = join(joiner)
        self.customers[customer.id] = customer
        self.autopay.welcome(customer, opened[0].account)
        self.lines += opened
        for line, wanted in zip(opened, joiner.member.lines, strict=True):
            self.offers[line.id] = wanted.offer

    def _renew(self, moment: datetime) -> None:
        """Prepaid people top up when little is left; periods that ended begin anew."""
        due = select(Line.id, Line.market_code, Balance.amount, Balance.currency).join(
            Balance, Balance.line_id == Line.id
        )
        due = due.where(Balance.paid_until <= moment + timedelta(days=1))
        for line_id, market, left, currency in db.session.execute(due).all():
            credit = Money.of(FIRST_CREDIT[market], currency)
            if left >= credit.amount:
                continue
            key = f"history:{line_id}:{moment:%Y%m%d}"
            usage.top_up(line_id, credit, by=SYSTEM, effect_key=key)
        for line_id in usage_queries.due_for_renewal(moment):
            usage.renew(line_id, moment)

    def _bill(self) -> None:
        for home in HOMES:
            today = clock.today(home.timezone)
            billing.run_cycle(home.code, today, by=SYSTEM)
            billing.apply_dunning(home.code, today, by=SYSTEM)

    def _pay(self, moment: datetime) -> None:
        """Everybody pays some days after the bill, a few only when they are cut off."""
        query = select(Invoice).where(Invoice.status == InvoiceStatus.OPEN, Invoice.total > 0)
        for invoice in db.session.scalars(query).all():
            if self.autopay.takes(invoice):
                continue
            if (moment - invoice.issued_at).days >= self._days_until_paid(invoice):
                payments.record_payment(
                    invoice.id,
                    by=SYSTEM,
                    method={"kind": self.dice.choice(methods.usual(invoice.currency)).value},
                    transaction_id=f"BT{invoice.number}",
                    at=moment,
                )

    def _days_until_paid(self, invoice: Invoice) -> int:
        if invoice.id not in self.patience:
            late = self.dice.random() < SHARE_PAYING_LATE
            days = self.dice.randint(32, 40) if late else self.dice.randint(2, 13)
            self.patience[invoice.id] = days + self._kept_for_the_story(invoice)
        return self.patience[invoice.id]

    def _kept_for_the_story(self, invoice: Invoice) -> int:
        """The last bills of some stay open."""
        days = LEFT_OPEN.get(invoice.account.customer.email, 0)
        last = self.start + timedelta(days=self.days - days)
        return 1000 if days and invoice.issued_at > last else 0

    def _usage(self, midnight: datetime) -> Iterator[NewRecord]:
        for line in self.lines:
            if line.service is Service.MOBILE:
                yield from self._mobile_day(line, midnight)
            elif line.service is Service.FIBRE:
                yield self._record(line, midnight, UsageKind.DATA, self._heavy(6000) * MB)

    def _mobile_day(self, line: Line, midnight: datetime) -> Iterator[NewRecord]:
        if self.dice.random() < 0.75:
            quantity = self._heavy(MEDIAN_DATA_MB[self.offers[line.id]]) * MB
            yield self._record(line, midnight, UsageKind.DATA, quantity)
        if self.dice.random() < 0.4:
            yield self._record(line, midnight, UsageKind.VOICE, self._heavy(140))
        if self.dice.random() < 0.1:
            yield self._record(line, midnight, UsageKind.SMS, 1)

    def _heavy(self, median: float) -> int:
        return max(1, round(median * self.dice.lognormvariate(0, 0.5)))

    def _record(self, line: Line, midnight: datetime, kind: UsageKind, quantity: int) -> NewRecord:
        """At a waking hour of the line's own country, after it was activated."""
        zone = ZoneInfo(next(h.timezone for h in HOMES if h.code == line.market_code))
        local = midnight.astimezone(zone).replace(hour=self.dice.randint(7, 22))
        moment = local.astimezone(midnight.tzinfo) + timedelta(minutes=self.dice.randint(0, 59))
        activated = line.activated_at or midnight
        started = max(midnight, activated, min(moment, midnight + timedelta(hours=23, minutes=59)))
        return NewRecord(line.id, kind, started, quantity, source="history")


def _deliver_notices(until: datetime) -> None:
    """In the past no channel runs: what people were told then has reached them."""
    queued = update(Notice).where(Notice.status == NoticeStatus.QUEUED, Notice.created_at < until)
    db.session.execute(queued.values(status=NoticeStatus.SENT, sent_at=Notice.created_at))
    db.session.commit()
