"""The customers of the talks, each made for one talk by the services, with months behind her."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.billing import service as billing
from app.billing.models import Invoice, InvoiceStatus
from app.catalog.models import Mode, Service, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers import queries as customers
from app.customers import service as registering
from app.customers.models import Customer, CustomerKind
from app.demo import channel_inboxes, filling, operator, outside
from app.demo.actors import colleague, herself
from app.demo.operator import HOMES
from app.demo.outside import Outside
from app.demo.population import FIRST_CREDIT
from app.demo.stack import Stack
from app.network.service import outages
from app.payments import service as payments
from app.payments.consent import CURRENT
from app.payments.models import SavedMethod
from app.subscriptions import service as lines
from app.subscriptions.models import Line
from app.tickets import service as tickets
from app.tickets.models import Topic
from app.usage import queries as usage_queries
from app.usage import service as usage
from app.usage.records import NewRecord
from migrations import upgrade
from tests.talks.script import Talk, every_talk

PAST, PREPAID_SINCE = timedelta(days=100), timedelta(days=5)
LAST_BILL, SPENT = timedelta(days=10), timedelta(days=20)  # ago
OLD = timedelta(days=50)  # who is behind has paid what is older
DUNNED_EVERY = 10  # days
TOO_MUCH = (5 * 1024 + 400) * 1024**2  # bytes; of five GB
NUMBERS = {"MX": "+5255126{:05d}", "BR": "+55119126{:05d}", "IN": "+9198126{:05d}"}
CITIES = {"MX": "Mérida", "BR": "Recife", "IN": "Jaipur"}
AT_HOME = {"fibra": (Service.FIBRE, "FTTH"), "tv": (Service.TV, "TV")}
STRICKEN = {"MX": "Tijuana", "BR": "Manaus", "IN": "Kolkata"}


@dataclass(frozen=True, slots=True)
class Person:
    """What her talk needs to know of her; `lines` are numbers, the first one first."""

    customer_id: str
    reference: str
    email: str
    lines: list[str]


def fill(stack: Stack) -> None:
    """The demo's operator without its past, and everybody whom the talks need."""
    url = stack.begin_database()
    application = stack.application_url(url)
    upgrade(url, application)
    with filling.connected(stack, application):
        with outside.running(stack) as world:
            people = _Past(stack, world).lived()
        filling.write_accounts(stack)
    stack.finish_database()
    told = {name: asdict(each) for name, each in people.items()}
    (stack.state / "people.json").write_text(json.dumps(told))


def known(stack: Stack) -> dict[str, Person]:
    """Those whom `fill` made, by the names of their talks."""
    told = json.loads((stack.state / "people.json").read_text())
    return {name: Person(**each) for name, each in told.items()}


class _Past:
    """Some months, under a moved clock; they end this noon, or last noon."""

    def __init__(self, stack: Stack, world: Outside) -> None:
        self._world = world
        noon = clock.now().replace(hour=14, minute=0, second=0, microsecond=0)
        self._end = noon if noon < clock.now() else noon - timedelta(days=1)
        self._billing_day = min((self._end - LAST_BILL).day, 28)
        with clock.moved_to(self._end - PAST):
            operator.found(stack.secrets["SECRET_KEY"], [stack.world_url, stack.url])
            channel_inboxes.open_all()
        talks = [each for each in every_talk() if each.who is not None]
        self._ids = {each.name: self._join(each, at) for at, each in enumerate(talks, 1)}
        self._who = {self._ids[each.name]: each.who or {} for each in talks}

    def lived(self) -> dict[str, Person]:
        for left in range(PAST.days, -1, -1):
            moment = self._end - timedelta(days=left)
            if moment.day == self._billing_day or left % DUNNED_EVERY == 0:
                with clock.moved_to(moment):
                    self._live(moment)
            if timedelta(days=left) == SPENT:
                with clock.moved_to(moment):
                    self._spend()
        for customer_id, who in self._who.items():
            self._arrange(customer_id, who)
        return {name: _told(customer_id) for name, customer_id in self._ids.items()}

    def _live(self, moment: datetime) -> None:
        self._bill()
        for line_id in usage_queries.due_for_renewal(moment):
            usage.renew(line_id, moment)

    def _join(self, talk: Talk, serial: int) -> UUID:
        who = talk.who or {}
        wanted = [each.split() for each in who["lines"]]
        since = PREPAID_SINCE if wanted[0][0] == "prepaid" else PAST
        number = NUMBERS[talk.market].format(serial * 10)
        with clock.moved_to(self._end - since):
            customer = registering.register(
                by=SYSTEM,
                market_code=talk.market,
                kind=CustomerKind.PERSON,
                name="Noor Campos Lima",
                email=f"noor{serial}@example.com",
                phone=number,
                language=talk.language,
                city=(STRICKEN if who.get("outage") else CITIES)[talk.market],
                segment="consumer",
                password=None,
                billing_day=self._billing_day,
            )
            registering.add_address(customer.id, "email", customer.email, by=SYSTEM, verified=True)
            account_id = customers.accounts_of(customer.id)[0].id
            for place, (mode, offer) in enumerate(wanted):
                line = _open(account_id, Mode(mode), offer, f"{number[:-1]}{place}", serial)
                if line.mode is Mode.PREPAID:
                    self._top_up(line, who)
        return customer.id

    def _top_up(self, line: Line, who: Mapping[str, Any]) -> None:
        """Her first credit, of which the plan is paid."""
        amount = who.get("credit", FIRST_CREDIT[line.market_code])
        credit = Money.of(amount, line.account.currency)
        if who.get("card") and not _kept_by(line.customer):
            self._pay_by_card(line.customer, line_id=line.id, amount=credit)
        else:
            usage.top_up(line.id, credit, by=SYSTEM, effect_key=f"welcome:{line.id}")

    def _bill(self) -> None:
        for home in HOMES:
            today = clock.today(home.timezone)
            billing.run_cycle(home.code, today, by=SYSTEM)
            billing.apply_dunning(home.code, today, by=SYSTEM)
        query = select(Invoice).where(Invoice.status == InvoiceStatus.OPEN, Invoice.total > 0)
        for invoice in db.session.scalars(query).all():
            who = self._who[invoice.account.customer_id]
            if self._pays(who):
                self._pay(invoice, who)

    def _pays(self, who: Mapping[str, Any]) -> bool:
        """Every bill but the last, unless told."""
        ago = self._end - clock.now()
        is_last, is_old = ago < SPENT, ago > OLD
        return {"paid": True, "open": not is_last, "overdue": is_old}[who.get("bills", "open")]

    def _pay(self, invoice: Invoice, who: Mapping[str, Any]) -> None:
        customer = invoice.account.customer
        if who.get("card") and not _kept_by(customer):
            self._pay_by_card(customer, invoice_id=invoice.id)
            return
        payments.record_payment(
            invoice.id,
            by=SYSTEM,
            method={"kind": "bank_transfer"},
            transaction_id=f"BT{invoice.number}",
            at=clock.now(),
        )

    def _pay_by_card(self, customer: Customer, **what: Any) -> None:
        """On the hosted page, where the card is kept."""
        payment = payments.start_checkout(
            by=herself(customer),
            language=customer.language,
            idempotency_key=f"talks:{customer.id}",
            offer_saving=True,
            **what,
        )
        self._world.pay(payment, save=True)

    def _spend(self) -> None:
        for customer_id, who in self._who.items():
            if who.get("used_too_much"):
                _use(customer_id, TOO_MUCH)

    def _arrange(self, customer_id: UUID, who: Mapping[str, Any]) -> None:
        customer = db.session.get_one(Customer, customer_id)
        if who.get("used_up"):
            _use(customer_id, _data_left(customer_id))
        if who.get("autopay"):
            _pay_by_itself(customer)
        if subject := who.get("case"):
            tickets.open(
                by=colleague("diego"),
                subject=subject,
                topic=Topic.TECHNICAL,
                customer_id=customer.id,
                language=customer.language,
            )
        if who.get("outage"):
            outages.report_outage(
                by=colleague("nadia"),
                market_code=customer.market_code,
                area=customer.city,
                service=Service.FIBRE,
                cause="A cut cable",
                expected_end_at=clock.now() + timedelta(hours=6),
            )


def _open(account_id: UUID, mode: Mode, offer: str, number: str, serial: int) -> Line:
    service, named = AT_HOME.get(offer.partition("-")[0], (Service.MOBILE, ""))
    return lines.open_line(
        account_id,
        by=SYSTEM,
        service=service,
        mode=mode,
        number=f"{named}-{serial:06d}" if named else number,
        offer_code=offer,
    )


def _use(customer_id: UUID, data: int) -> None:
    """Data of her first line, in bytes, now."""
    line = _lines_of(customer_id)[0]
    used = NewRecord(line.id, UsageKind.DATA, clock.now(), data, source="talks")
    usage.ingest([used], by=SYSTEM)


def _data_left(customer_id: UUID) -> int:
    """Of her first line, in bytes."""
    line = _lines_of(customer_id)[0]
    buckets = usage_queries.buckets_of([line.id])[line.id]
    return sum(
        each.left or 0 for each in buckets if each.kind is UsageKind.DATA and not each.networks
    )


def _lines_of(customer_id: UUID) -> list[Line]:
    query = select(Line).where(Line.customer_id == customer_id).order_by(Line.created_at, Line.id)
    return list(db.session.scalars(query))


def _kept_by(customer: Customer) -> SavedMethod | None:
    return db.session.scalar(select(SavedMethod).where(SavedMethod.customer_id == customer.id))


def _pay_by_itself(customer: Customer) -> None:
    kept = _kept_by(customer)
    assert kept is not None
    account = customers.accounts_of(customer.id)[0]
    payments.set_up_autopay(
        account.id,
        by=herself(customer),
        method_id=kept.id,
        max_amount=Money.of("900", account.currency),
        consent_version=CURRENT,
    )


def _told(customer_id: UUID) -> Person:
    customer = db.session.get_one(Customer, customer_id)
    numbers = [each.number for each in _lines_of(customer_id)]
    return Person(str(customer_id), customer.reference, customer.email, numbers)
