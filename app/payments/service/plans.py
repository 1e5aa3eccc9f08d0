"""Paying what is overdue in instalments: dunning waits while the plan is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.billing import service as billing
from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.core.money import Money, total
from app.core.sweeps import one_by_one
from app.customers.access import account_for
from app.customers.models import Account
from app.payments.errors import NoPlanPossible, PlanOutOfBounds
from app.payments.events import PaymentPlanAgreed, PaymentPlanEnded
from app.payments.instalments import Part, Standing, split, standing
from app.payments.models import Instalment, PaymentPlan, PlanInvoice, PlanStatus
from app.payments.policies import plan_policy


@dataclass(frozen=True, slots=True)
class Offer:
    """What could be agreed now, for each number of instalments."""

    amount: Money
    choices: dict[int, list[Part]]


def offer_plan(account_id: UUID, *, by: Actor) -> Offer | None:
    """None when nothing is overdue, a plan is running, or the amount is too small to split."""
    account = account_for(by, account_id, "payments.plan")
    if active_plan(account.id) is not None:
        return None
    amount = total((each.due for each in _overdue(account)), account.currency)
    policy = plan_policy(account.market.settings_at(clock.now()))
    first_on = clock.today(account.market.timezone) + timedelta(days=policy.first_after_days)
    choices = {
        count: parts
        for count in range(2, policy.most + 1)
        if amount.amount and (parts := split(amount, count, first_on=first_on))
        if parts[0].amount.amount >= policy.smallest
    }
    return Offer(amount, choices) if choices else None


def agree_plan(account_id: UUID, instalments: int, *, by: Actor) -> PaymentPlan:
    """All that is overdue, in monthly instalments. While a plan runs, it is the answer again.

    Raises NoPlanPossible, PlanOutOfBounds when the market does not allow so many.
    """
    with db.transaction():
        account = account_for(by, account_id, "payments.plan")
        overdue = _overdue(account, lock=True)  # the bills before the account, as everybody does
        db.session.get_one(Account, account.id, with_for_update={"key_share": True})
        running = active_plan(account.id)
        if running is not None:
            return running
        offer = offer_plan(account.id, by=by)
        if offer is None:
            raise NoPlanPossible
        if instalments not in offer.choices:
            raise PlanOutOfBounds(most=max(offer.choices))
        plan = _write(account, overdue, offer.amount, offer.choices[instalments])
        for invoice in overdue:
            billing.hold(invoice.id, invoice.due, _reason(plan), by=by)
        audit.record(by, "payment_plan.agreed", "payment_plan", plan.id, amount=offer.amount)
        events.announce(
            PaymentPlanAgreed(plan.id, account.id, account.customer_id, plan.amount, plan.currency)
        )
    return plan


def active_plan(account_id: UUID) -> PaymentPlan | None:
    query = select(PaymentPlan).where(
        PaymentPlan.account_id == account_id, PaymentPlan.status == PlanStatus.ACTIVE
    )
    return db.session.scalar(query)


def plan_of_invoice(invoice_id: UUID) -> PaymentPlan | None:
    query = (
        select(PaymentPlan)
        .join(PlanInvoice, PlanInvoice.plan_id == PaymentPlan.id)
        .where(PlanInvoice.invoice_id == invoice_id)
    )
    return db.session.scalar(query.order_by(PaymentPlan.created_at.desc()).limit(1))


def standing_of(plan: PaymentPlan) -> Standing:
    """How a plan stands by the market's today. What its bills were paid or credited counts,
    and what debit notes added to them is to be paid as well."""
    market = db.session.get_one(Account, plan.account_id).market
    due = (
        select(func.coalesce(func.sum(Invoice.still_due), 0))
        .join(PlanInvoice, PlanInvoice.invoice_id == Invoice.id)
        .where(PlanInvoice.plan_id == plan.id)
    )
    paid = plan.amount - Decimal(db.session.scalars(due).one())
    parts = [Part(each.due_on, Money(each.amount, plan.currency)) for each in plan.instalments]
    return standing(
        parts,
        Money(max(Decimal(0), paid), plan.currency),
        today=clock.today(market.timezone),
        grace_days=plan_policy(market.settings_at(clock.now())).grace_days,
    )


def check_plans() -> int:
    """End the plans that are paid, and those that missed a part; returns how many."""
    with db.transaction():
        query = select(PaymentPlan.id).where(PaymentPlan.status == PlanStatus.ACTIVE)
        running = db.session.scalars(query).all()
    return one_by_one(_check, running)


def _check(plan_id: UUID) -> bool:
    with db.transaction():
        query = select(PaymentPlan).where(PaymentPlan.id == plan_id).with_for_update()
        plan = db.session.scalars(query.execution_options(populate_existing=True)).one()
        now = standing_of(plan)
        if plan.status != PlanStatus.ACTIVE or not (now.is_kept or now.missed):
            return False
        plan.status = PlanStatus.KEPT if now.is_kept else PlanStatus.BROKEN
        plan.ended_at = clock.now()
        billing.release(_reason(plan), by=SYSTEM)
        audit.record(SYSTEM, f"payment_plan.{plan.status.value}", "payment_plan", plan.id)
        customer_id = db.session.get_one(Account, plan.account_id).customer_id
        events.announce(PaymentPlanEnded(plan.id, plan.account_id, customer_id, plan.status.value))
    return True


def _write(
    account: Account, overdue: Sequence[Invoice], amount: Money, parts: Sequence[Part]
) -> PaymentPlan:
    plan = PaymentPlan(
        id=new_id(),
        account_id=account.id,
        amount=amount.amount,
        currency=amount.currency,
        status=PlanStatus.ACTIVE,
        created_at=clock.now(),
        instalments=[Instalment(due_on=part.due_on, amount=part.amount.amount) for part in parts],
    )
    db.session.add(plan)
    db.session.flush()  # its bills point to it
    db.session.add_all(PlanInvoice(plan_id=plan.id, invoice_id=each.id) for each in overdue)
    return plan


def _overdue(account: Account, *, lock: bool = False) -> Sequence[Invoice]:
    query = select(Invoice).where(
        Invoice.account_id == account.id,
        Invoice.status == InvoiceStatus.OPEN,
        Invoice.due_on < clock.today(account.market.timezone),
    )
    query = query.order_by(Invoice.id)
    if lock:
        query = query.with_for_update(of=Invoice).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def _reason(plan: PaymentPlan) -> str:
    return f"payment_plan:{plan.id}"
