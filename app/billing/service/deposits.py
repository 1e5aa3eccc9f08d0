"""Deposits: taken, and given back with interest when that is late."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.billing.deposits import DepositTerms, due_back_on, interest
from app.billing.errors import DepositInUse, DepositReturned
from app.billing.events import DepositGivenBack, DepositTaken
from app.billing.models import Deposit
from app.billing.policies import policies_of
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.core.reach import in_markets_of
from app.core.turns import take_turn
from app.customers.access import account_for
from app.customers.models import Account
from app.markets.models import Market
from app.subscriptions.models import Line


def take_deposit(account_id: UUID, amount: Money, *, by: Actor, effect_key: str) -> Deposit:
    """Once per `effect_key`. Raises Invalid unless above zero in the account's currency."""
    with db.transaction():
        account = account_for(by, account_id, "deposits.manage")
        take_turn(f"deposit:{effect_key}")
        found = db.session.scalar(select(Deposit).where(Deposit.effect_key == effect_key))
        if found is not None:
            if found.account_id != account.id or found.amount != amount.amount:
                raise Conflict(field="effect_key")
            return found
        if amount.currency != account.currency or not amount.is_payable:
            raise Invalid(field="amount")
        new = Deposit(
            id=new_id(),
            account_id=account.id,
            amount=amount.amount,
            interest=Decimal(0),
            currency=amount.currency,
            taken_at=clock.now(),
            effect_key=effect_key,
        )
        db.session.add(new)
        audit.record(by, "deposit.taken", "account", account.id, amount=amount)
        events.announce(
            DepositTaken(new.id, account.id, account.customer_id, new.amount, new.currency)
        )
    return new


def deposit_for(by: Actor, deposit_id: UUID, *, lock: bool = False) -> Deposit:
    """For who may manage it, of an account she may see. Raises NotFound, Forbidden."""
    query = select(Deposit).where(Deposit.id == deposit_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    account_for(by, found.account_id, "deposits.manage")
    return found


def give_back_deposit(deposit_id: UUID, *, by: Actor) -> Deposit:
    """Have it paid out. Raises DepositInUse while the account has a line, DepositReturned."""
    with db.transaction():
        found = deposit_for(by, deposit_id, lock=True)
        account = account_for(by, found.account_id, "deposits.manage")
        if found.returned_at is not None:
            raise DepositReturned
        market, moment = account.market, clock.now()
        owed = interest(
            found.left,
            _closed_on(account, market),
            clock.today(market.timezone),
            terms_of(market),
            policies_of(market).rounding,
        )
        found.returned_at, found.interest = moment, owed.amount
        audit.record(
            by, "deposit.given_back", "account", account.id, amount=found.left, interest=owed
        )
        events.announce(
            DepositGivenBack(
                found.id,
                account.id,
                account.customer_id,
                found.left.amount,
                owed.amount,
                found.currency,
                moment,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A deposit we hold; due back once every line of the account is closed."""

    deposit: Deposit
    account: Account
    due_back_on: date | None
    interest: Money


def held_by_market(by: Actor, limit: int = 200) -> list[Held]:
    """What we hold in the markets somebody sees, the most urgent first, in one statement."""
    by.must("deposits.manage")
    lines = (
        select(
            Line.account_id,
            func.bool_or(Line.closed_at.is_(None)).label("in_use"),
            func.max(Line.closed_at).label("closed_at"),
        )
        .group_by(Line.account_id)
        .subquery()
    )
    query = (
        select(Deposit, Account, lines.c.in_use, lines.c.closed_at)
        .join(Account, Account.id == Deposit.account_id)
        .outerjoin(lines, lines.c.account_id == Account.id)
        .where(Deposit.returned_at.is_(None), in_markets_of(by, Account.market_code))
        .options(joinedload(Account.customer), joinedload(Account.market))
        .order_by(lines.c.in_use.nulls_first(), lines.c.closed_at, Deposit.taken_at)
        .limit(limit)
    )
    return [_held(*row) for row in db.session.execute(query)]


def _held(
    deposit: Deposit, account: Account, in_use: bool | None, closed_at: datetime | None
) -> Held:
    market = account.market
    if in_use:
        return Held(deposit, account, None, Money.zero(deposit.currency))
    closed_on = (closed_at or account.created_at).astimezone(ZoneInfo(market.timezone)).date()
    terms, today = terms_of(market), clock.today(market.timezone)
    rounding = policies_of(market).rounding
    owed = interest(deposit.left, closed_on, today, terms, rounding)
    return Held(deposit, account, due_back_on(closed_on, terms), owed)


def terms_of(market: Market) -> DepositTerms:
    chosen = market.policies_at(clock.now())
    return DepositTerms(chosen.deposit_days, chosen.deposit_yearly)


def _closed_on(account: Account, market: Market) -> date:
    query = select(func.bool_or(Line.closed_at.is_(None)), func.max(Line.closed_at))
    in_use, closed_at = db.session.execute(query.where(Line.account_id == account.id)).one()
    if in_use:
        raise DepositInUse
    moment = closed_at or account.created_at
    closed: date = moment.astimezone(ZoneInfo(market.timezone)).date()
    return closed
