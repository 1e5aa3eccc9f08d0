"""The billing run: one invoice per account and period, numbers without gaps, safe to repeat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, tuple_

from app.billing.errors import NothingToBill, PeriodNotOver
from app.billing.models import Invoice
from app.billing.overage import Metered, overage_of
from app.billing.overage import close as close_usage
from app.billing.periods import period_containing
from app.billing.policies import policies_of
from app.billing.recurring import NewCharge, charges_of
from app.billing.service import charges, due, issuing
from app.billing.service.due import Job
from app.billing.service.terms import lines_and_terms
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.money import Money, total
from app.customers.access import account_for
from app.customers.models import Account
from app.markets.models import Market
from app.markets.queries import market as market_of
from app.usage import service as usage

# One transaction: few statements for many accounts, and little to repeat when it is killed.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run issued; nothing when everything was billed before."""

    market_code: str
    on: date
    issued: int
    total: Money


def run_cycle(market_code: str, on: date, *, by: Actor) -> RunResult:
    """Bill every period that ended by `on`, a day of the market, also those missed before.

    Killed anywhere and run again, or run twice at once, it gives the same invoices.
    Raises PeriodNotOver when the day is still to come.
    """
    with db.transaction():
        by.must("billing.run")
        market = market_of(market_code)
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        if on > clock.today(market.timezone):
            raise PeriodNotOver
        jobs = due.jobs(market, on)
    result = RunResult(market_code, on, 0, Money.zero(market.currency))
    for batch in _batches(jobs):
        with db.transaction():
            invoices = _bill(batch, market, on, by)
        billed = total((each.total_money for each in invoices), market.currency)
        result = replace(result, issued=result.issued + len(invoices), total=result.total + billed)
    return result


def issue_invoice(account_id: UUID, period_end: date, *, by: Actor) -> Invoice:
    """Bill one account for the period that ended with `period_end`, half-open.

    The same again gives the same invoice. Raises PeriodNotOver when none ended then, NothingToBill.
    """
    with db.transaction():
        account = account_for(by, account_id, "billing.run")
        period = period_containing(period_end - timedelta(days=1), account.billing_day)
        if period.end != period_end or period_end > clock.today(account.market.timezone):
            raise PeriodNotOver
        _bill([Job(account.id, account.billing_day, period)], account.market, period_end, by)
        query = select(Invoice).where(
            Invoice.account_id == account_id, Invoice.period_start == period.start
        )
        invoice = db.session.scalar(query)
        if invoice is None:
            raise NothingToBill
    return invoice


def _batches(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """In order, and each account at most once in a batch: its months are billed one by one."""
    batch: list[Job] = []
    accounts: set[UUID] = set()
    for job in jobs:
        if len(batch) == AT_ONCE or job.account_id in accounts:
            yield batch
            batch, accounts = [], set()
        batch.append(job)
        accounts.add(job.account_id)
    if batch:
        yield batch


def _bill(jobs: Sequence[Job], market: Market, on: date, by: Actor) -> list[Invoice]:
    accounts = _locked([job.account_id for job in jobs])
    missing = _without_invoice(jobs)
    usage.hold([job.account_id for job in missing])
    charges.write(_charges(missing, market))
    invoices = issuing.issue(missing, accounts, market, on, by)
    close_usage(((each.account_id, each.period_end) for each in invoices), market.timezone)
    return invoices


def _locked(account_ids: Sequence[UUID]) -> dict[UUID, Account]:
    """Two runs at once take turns here; others may go on adding charges."""
    query = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    found = db.session.scalars(query.with_for_update(key_share=True, of=Account))
    return {account.id: account for account in found}


def _without_invoice(jobs: Sequence[Job]) -> list[Job]:
    keys = [(job.account_id, job.period.start) for job in jobs]
    invoice_key = (Invoice.account_id, Invoice.period_start)
    query = select(*invoice_key).where(tuple_(*invoice_key).in_(keys))
    billed = {tuple(row) for row in db.session.execute(query)}
    return [job for job, key in zip(jobs, keys, strict=True) if key not in billed]


def _charges(jobs: Sequence[Job], market: Market) -> Iterator[tuple[UUID, NewCharge]]:
    policies = policies_of(market)
    found = lines_and_terms([job.account_id for job in jobs], market.timezone)
    metered = [
        Metered(line.id, line.number, market.currency, job.period)
        for job in jobs
        for line, _terms in found[job.account_id]
    ]
    used = overage_of(metered, market.timezone, policies.rounding)
    for job in jobs:
        for line, terms in found[job.account_id]:
            for term in terms:
                for charge in charges_of(term, job.period, job.following, policies):
                    yield job.account_id, charge
            for charge in used[line.id]:
                yield job.account_id, charge
