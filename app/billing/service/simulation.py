"""What a run would bill, reckoned by the run's own rules and written nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.billing.errors import PeriodNotOver
from app.billing.models import ChargeKind, Invoice
from app.billing.outliers import Standing, standing
from app.billing.periods import Period
from app.billing.policies import policies_of
from app.billing.service import drafting, due
from app.billing.service.due import Job
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.money import Money
from app.customers.models import Account, Customer
from app.markets.models import Market
from app.markets.queries import market as market_of

FURTHEST = timedelta(days=62)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One charge that would be on the bill."""

    kind: ChargeKind
    description: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next bill of an account; `before` is the total of its last one."""

    account_id: UUID
    reference: str
    customer_id: UUID
    customer: str
    period: Period
    items: Sequence[Item]
    net: Money
    tax: Money
    total: Money
    before: Money | None
    standing: Standing

    @property
    def change(self) -> Money | None:
        return None if self.before is None else self.total - self.before

    @property
    def stands_out(self) -> bool:
        return self.standing not in {Standing.USUAL, Standing.FIRST}


def simulate(
    market_code: str,
    on: date,
    *,
    by: Actor,
    account_ids: Sequence[UUID] | None = None,
    most: int | None = None,
) -> Iterator[Forecast]:
    """The next bill of each account that a run for `on` would bill, at most so many of them.

    Raises PeriodNotOver for a day too far ahead to say anything about.
    """
    by.must("billing.run")
    market = market_of(market_code)
    if not by.sees_market(market_code):
        raise NotFound(market=market_code)
    if on > clock.today(market.timezone) + FURTHEST:
        raise PeriodNotOver
    # Of months that were missed the oldest comes first; the others depend on it.
    oldest = (jobs[0] for jobs in due.jobs(market, on, account_ids))
    return islice(_forecasts(oldest, market_code), most)


def _forecasts(jobs: Iterator[Job], market_code: str) -> Iterator[Forecast]:
    """The market is looked up for each batch: a sheet is sent when its first session is over."""
    while batch := list(islice(jobs, _AT_ONCE)):
        yield from _reckon(batch, market_of(market_code))


def _reckon(jobs: Sequence[Job], market: Market) -> Iterator[Forecast]:
    policies = policies_of(market)
    ids = [job.account_id for job in jobs]
    made = drafting.drafts(jobs, drafting.payers(ids, lock=False), market, policies)
    known = drafting.known_before(made)
    keys = (charge.effect_key for draft in made for charge in draft.fresh)
    drafting.keep_new(made, {key for key in keys if key not in known})
    drafting.add_waiting(made, lock=False)
    names, last = _names(ids), _last_totals(ids)
    for draft in made:
        if not draft.is_worth_a_bill:
            continue
        taxed, before = draft.taxed(policies), last.get(draft.payer.id)
        currency = draft.payer.currency
        reference, customer = names[draft.payer.id]
        yield Forecast(
            account_id=draft.payer.id,
            reference=reference,
            customer_id=draft.payer.customer_id,
            customer=customer,
            period=draft.job.period,
            items=[Item(each.kind, each.description, each.amount) for each in draft.charges],
            net=taxed.net,
            tax=taxed.tax,
            total=taxed.total,
            before=None if before is None else Money(before, currency),
            standing=standing(taxed.total.amount, before),
        )


def _names(account_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    query = (
        select(Account.id, Account.reference, Customer.name)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Account.id == any_(literal(list(account_ids), ARRAY(Uuid))))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _last_totals(account_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    query = (
        select(Invoice.account_id, Invoice.total)
        .where(Invoice.account_id == any_(literal(list(account_ids), ARRAY(Uuid))))
        .order_by(Invoice.account_id, Invoice.period_start.desc())
        .ext(distinct_on(Invoice.account_id))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
