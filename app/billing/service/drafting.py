"""What accounts are to be billed for: found and reckoned, nothing written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, any_, func, literal, select

from app.billing.discounts import Bill, discount_charges
from app.billing.models import AccountCredit, Charge, ChargeKind
from app.billing.overage import Metered, overage_of
from app.billing.policies import Policies, policies_of_bill
from app.billing.recurring import NewCharge, charges_of
from app.billing.service.due import Job
from app.billing.service.terms import lines_and_terms
from app.billing.taxes import Taxed, tax_lines
from app.core import db
from app.core.ids import new_id
from app.core.money import Money, total
from app.customers.models import Account
from app.markets.models import Market

CARRIED_OVER = "carried_over"
GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True)
class Payer:
    """An account as the run needs it."""

    id: UUID
    customer_id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A charge that was written before the run. `rule` is why it is there."""

    id: UUID
    amount: Money
    rule: str
    kind: ChargeKind
    description: str


@dataclass(slots=True)
class Draft:
    """A bill to be: `fresh` charges are not written yet. `id` will be the invoice's.

    `policies` are those in force when its period ended.
    """

    payer: Payer
    job: Job
    policies: Policies
    fresh: list[NewCharge]
    waiting: list[Waiting] = field(default_factory=list)
    id: UUID = field(default_factory=new_id)

    @property
    def is_worth_a_bill(self) -> bool:
        """Credit that waits is no reason for a bill of its own."""
        return bool(self.fresh) or any(
            each.rule not in {CARRIED_OVER, GIVEN_BACK} for each in self.waiting
        )

    @property
    def charges(self) -> list[NewCharge | Waiting]:
        return [*self.fresh, *self.waiting]

    @property
    def amounts(self) -> list[Money]:
        return [each.amount for each in self.charges]

    @property
    def surplus(self) -> Money:
        """What the credits exceed the charges by: a bill is never negative."""
        sum_of_all = total(self.amounts, self.payer.currency)
        return max(-sum_of_all, Money.zero(self.payer.currency))

    @property
    def taxed(self) -> Taxed:
        """The whole bill; its surplus waits for the next one, before tax as it is.

        A discount is taken off what is charged, each in proportion, and not taxed by itself.
        Tax rounded by the line may come to less than nothing where charges and credits meet: then
        there is none, for a bill is never negative.
        """
        nothing = Money.zero(self.payer.currency)
        if self.surplus:
            return Taxed(nothing, nothing)
        lines, discount = [], nothing
        for each in self.charges:
            if each.kind is ChargeKind.DISCOUNT and each.amount.amount < 0:
                discount -= each.amount
            else:
                lines.append(each.amount)
        taxed = tax_lines(lines, self.policies.tax, self.payer.currency, discount)
        if taxed.tax < nothing:
            return Taxed(total(self.amounts, self.payer.currency), nothing)
        return taxed


def payers(account_ids: Sequence[UUID], *, lock: bool) -> dict[UUID, Payer]:
    """Two runs at once take turns at the lock; others may go on adding charges."""
    query = select(Account.id, Account.customer_id, Account.currency).where(
        Account.id == any_(_uuids(account_ids))
    )
    if lock:
        query = query.order_by(Account.id).with_for_update(key_share=True)
    return {row[0]: Payer(*row) for row in db.session.execute(query)}


def drafts(jobs: Sequence[Job], accounts: dict[UUID, Payer], market: Market) -> list[Draft]:
    """What each account causes in its period, known before or not. One job an account."""
    return [
        draft
        for policies, some in _by_policies(jobs, market).items()
        for draft in _drafts(some, accounts, market, policies)
    ]


def _by_policies(jobs: Sequence[Job], market: Market) -> dict[Policies, list[Job]]:
    """By what was in force when their periods ended: almost always one for a whole batch."""
    in_force = {end: policies_of_bill(market, end) for end in {job.billed.end for job in jobs}}
    found: dict[Policies, list[Job]] = {}
    for job in jobs:
        found.setdefault(in_force[job.billed.end], []).append(job)
    return found


def _drafts(
    jobs: Sequence[Job], accounts: dict[UUID, Payer], market: Market, policies: Policies
) -> list[Draft]:
    found = lines_and_terms([job.account_id for job in jobs], market.timezone)
    metered = [
        Metered(line.id, line.number, market.currency, job.billed)
        for job in jobs
        for line in found[job.account_id]
    ]
    used = overage_of(metered, market.timezone, policies.rounding)
    made: dict[UUID, Draft] = {}
    bills = []
    for job in jobs:
        charges: list[NewCharge] = []
        for line in found[job.account_id]:
            for term in line.terms:
                charges += charges_of(term, job.period, job.following, policies)
        bills.append(Bill(job.account_id, job.period, list(charges)))
        for line in found[job.account_id]:
            charges += used[line.id]
        fresh = [charge for charge in charges if charge.amount]
        made[job.account_id] = Draft(accounts[job.account_id], job, policies, fresh)
    for account_id, discount in discount_charges(bills, market, policies.rounding):
        made[account_id].fresh.append(discount)
    return list(made.values())


def keep_new(made: Iterable[Draft], new: Collection[str]) -> None:
    """Forget the charges that somebody wrote before: they wait, or are on a bill."""
    for draft in made:
        draft.fresh = [charge for charge in draft.fresh if charge.effect_key in new]


def known_before(made: Iterable[Draft]) -> set[str]:
    """The effect keys among them that are written already."""
    keys = [charge.effect_key for draft in made for charge in draft.fresh]
    query = select(Charge.effect_key).where(Charge.effect_key == any_(literal(keys, ARRAY(Text))))
    return set(db.session.scalars(query))


def add_waiting(made: Sequence[Draft], *, lock: bool) -> None:
    """What waits for the accounts' next bills, up to the end of their periods."""
    by_account = {draft.payer.id: draft for draft in made}
    query = (
        select(
            Charge.id,
            Charge.account_id,
            Charge.amount,
            Charge.currency,
            Charge.period_start,
            Charge.because["rule"].astext,
            Charge.kind,
            Charge.description,
        )
        .where(Charge.account_id == any_(_uuids(by_account)), Charge.invoice_id.is_(None))
        .order_by(Charge.period_start, Charge.id)
    )
    if lock:
        query = query.with_for_update()
    for charge_id, account_id, amount, currency, starts_on, *why in db.session.execute(query):
        draft = by_account[account_id]
        if starts_on <= draft.job.period.end:
            draft.waiting.append(Waiting(charge_id, Money(amount, currency), *why))


def credits_of(made: Iterable[Draft]) -> dict[UUID, Decimal]:
    """Money that the accounts have with us."""
    query = (
        select(AccountCredit.account_id, func.sum(AccountCredit.amount))
        .where(AccountCredit.account_id == any_(_uuids(draft.payer.id for draft in made)))
        .group_by(AccountCredit.account_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def rounds(jobs: Iterable[list[Job]]) -> Iterator[list[Job]]:
    """Each account at most once in a round: its months are billed one by one, oldest first."""
    left = [list(reversed(each)) for each in jobs]
    while left:
        yield [each.pop() for each in left]
        left = [each for each in left if each]


def _uuids(ids: Iterable[UUID]) -> ColumnElement[Any]:
    return literal(list(ids), ARRAY(Uuid))
