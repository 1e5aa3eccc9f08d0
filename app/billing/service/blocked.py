"""Crediting the days on which a line was blocked, each day once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.audit import service as audit
from app.billing.blocked_days import counted, credit_for, days_of, runs, whole_days
from app.billing.discounts import paid_of
from app.billing.errors import NothingToCredit
from app.billing.models import Charge, ChargeKind
from app.billing.periods import Period, period_after, period_containing
from app.billing.policies import policies_of
from app.billing.proration import days_left
from app.billing.recurring import NewCharge, Term
from app.billing.service import charges
from app.billing.service.terms import term_of
from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.money import Money, total
from app.markets.models import Market
from app.markets.queries import market as market_of
from app.subscriptions import access as lines
from app.subscriptions.models import Block, Line

RULE = "blocked"


def credit_blocked_days(block_id: UUID, *, by: Actor) -> Money:
    """Put the price of a block's days on the next bill as a credit; how much, below zero.

    The price is what is paid after the discounts on it. Days that another block was credited for
    are not credited again, so the same again credits nothing: NothingToCredit, also for prepaid
    lines and blocks of less than a day.
    """
    with db.transaction():
        block = db.session.get(Block, block_id)
        if block is None:
            raise NotFound
        line = lines.line_for(by, block.line_id, "billing.credit", lock=True)
        market = market_of(line.market_code)
        made = list(_credits(line, _span(block, market), market, block))
        if not made:
            raise NothingToCredit
        charges.write((line.account_id, each) for each in made)
        credit = total((each.amount for each in made), made[0].amount.currency)
        audit.record(by, "line.blocked_days_credited", "line", line.id, amount=credit)
    return credit


def _credits(line: Line, blocked: Period, market: Market, block: Block) -> Iterator[NewCharge]:
    if line.mode is not Mode.POSTPAID:
        return
    policies, already = policies_of(market), _credited(line.id)
    for term in (term_of(each, line, market.timezone) for each in line.subscriptions):
        if term.once:
            continue
        period = period_containing(blocked.start, line.account.billing_day)
        while period.start < blocked.end:
            credited = already.get(str(term.subscription_id), [])
            days = whole_days(_meeting(blocked, term), period, credited)
            if days:
                rule = policies.proration
                paid = paid_of(term.price, term.subscription_id, line.id, period)
                price = paid.rounded(policies.rounding)
                before = counted(days_of(credited, period), period, rule)
                now = counted(days, period, rule)
                amount = credit_for(price, period, now, rule, policies.rounding, already=before)
                of = days_left(period, period.start, rule)[1]
                yield _charge(replace(term, price=price), amount, of, days, block)
            period = period_after(period, line.account.billing_day)


def _meeting(blocked: Period, term: Term) -> Period:
    """The blocked days on which the line had this plan or add-on."""
    start = max(blocked.start, term.starts_on)
    end = min(blocked.end, term.ends_on or blocked.end)
    return Period(start, max(start, end))


def _charge(term: Term, amount: Money, of: int, days: list[date], block: Block) -> NewCharge:
    spans = [[str(each.start), str(each.end)] for each in runs(days)]
    because = {
        "rule": RULE,
        "number": term.number,
        "price": {"amount": str(term.price.amount), "currency": term.price.currency},
        "days": len(days),
        "of": of,
        "spans": spans,
        "subscription": str(term.subscription_id),
        "reason": block.reason.partition(":")[0],
    }
    key = f"blocked:{block.id}:{term.subscription_id}:{days[0]}"
    return NewCharge(
        term.line_id, ChargeKind.CREDIT, term.name, amount, _covering(days), because, key
    )


def _covering(days: list[date]) -> Period:
    spans = list(runs(days))
    return Period(spans[0].start, spans[-1].end)


def _credited(line_id: UUID) -> dict[str, list[Period]]:
    """The days credited before, by subscription."""
    query = select(Charge.because).where(
        Charge.line_id == line_id, Charge.because["rule"].astext == RULE
    )
    found: dict[str, list[Period]] = {}
    for because in db.session.scalars(query):
        spans = [Period(date.fromisoformat(a), date.fromisoformat(b)) for a, b in because["spans"]]
        found.setdefault(because["subscription"], []).extend(spans)
    return found


def _span(block: Block, market: Market) -> Period:
    zone = ZoneInfo(market.timezone)
    until = block.lifted_at or clock.now()
    return Period(block.placed_at.astimezone(zone).date(), until.astimezone(zone).date())
