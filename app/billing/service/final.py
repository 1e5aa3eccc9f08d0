"""The final bill of an account, at once when its last line is closed.

In the transaction that closes the line: killed anywhere, neither has happened. The invoice ends
with today, so the next run finds this part of the period billed.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.billing import queries
from app.billing.events import DepositUsed
from app.billing.models import Charge, ChargeKind, Deposit, DepositUse, Invoice, InvoiceStatus
from app.billing.policies import policies_of
from app.billing.service import drafting, due, holds, invoices, issuing
from app.billing.service.drafting import GIVEN_BACK
from app.billing.taxes import tax_amount
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.money import Money, total
from app.customers.models import Account
from app.markets.models import Market
from app.subscriptions.models import Line


def take_turn(account_id: UUID) -> None:
    """Before the line is locked: bills, account, line is the order that everybody keeps.

    Also paid bills: what was paid in advance is credited on them.
    """
    bills = select(Invoice.id).where(Invoice.account_id == account_id)
    db.session.execute(bills.order_by(Invoice.id).with_for_update()).all()
    drafting.payers([account_id], lock=True)


def bill_at_once(account_id: UUID, market: Market, *, by: Actor) -> Invoice | None:
    """The final invoice, when no line of the account is billed any longer and there is one.

    What it gives back is credited on the bills that had charged it. What the account has with us,
    its credit and its deposits, pays what is open, the oldest first.
    """
    if _is_billed_still(account_id):
        return None
    invoice = _issue(account_id, market, by)
    account = db.session.get_one(Account, account_id)
    _give_back_surplus(account, market, by)
    for each in _open_invoices(account_id):
        _use_credit(each)
        _use_deposits(each, account, by)
    return invoice


def _is_billed_still(account_id: UUID) -> bool:
    postpaid = select(Line.id).where(
        Line.account_id == account_id, Line.mode == Mode.POSTPAID, Line.closed_at.is_(None)
    )
    return db.session.scalar(postpaid.limit(1)) is not None


def _issue(account_id: UUID, market: Market, by: Actor) -> Invoice | None:
    """Periods that ended and were not billed yet, and then this one as far as it has come."""
    billed = select(func.min(Line.activated_at)).where(
        Line.account_id == account_id, Line.mode == Mode.POSTPAID
    )
    if db.session.scalar(billed) is None:
        return None
    today = clock.today(market.timezone)
    payers = drafting.payers([account_id], lock=True)
    for jobs in drafting.rounds(due.jobs(market, today, [account_id])):
        issuing.bill(jobs, payers, market, by)
    account = db.session.get_one(Account, account_id)
    last = due.final_job(account_id, account.billing_day, today)
    if last is None:
        return None
    issuing.bill([last], payers, market, by)
    query = select(Invoice).where(
        Invoice.account_id == account_id, Invoice.period_start == last.billed.start
    )
    return db.session.scalar(query)


def _give_back_surplus(account: Account, market: Market, by: Actor) -> None:
    """Days that were paid in advance: there is no next bill that could take them off.

    What its bills cannot take back waits, as ever, should the account have a line again.
    """
    waiting = total((each.money for each in queries.open_charges(account.id)), account.currency)
    if waiting.amount >= 0:
        return
    left = tax_amount(-waiting, policies_of(market).tax).total
    billed = _invoices_newest_first(account.id)
    if left > total((queries.creditable(each) for each in billed), account.currency):
        return
    with speaking(account.customer.language):
        reason = _("Paid in advance for days after the last line was closed")
    for invoice in billed:
        if part := min(left, queries.creditable(invoice)):
            invoices.write_note(invoice, part, reason, by=by)
            left -= part
    db.session.add(_given_back(account, -waiting))


def _given_back(account: Account, amount: Money) -> Charge:
    """Meets what waits, so that a later bill finds nothing of it."""
    today = clock.today(account.market.timezone)
    return Charge(
        id=new_id(),
        account_id=account.id,
        kind=ChargeKind.CREDIT,
        description=GIVEN_BACK,
        amount=amount.amount,
        currency=amount.currency,
        period_start=today,
        period_end=today,
        because={"rule": GIVEN_BACK},
        effect_key=f"{GIVEN_BACK}:{new_id()}",
        created_at=clock.now(),
    )


def _open_invoices(account_id: UUID) -> Sequence[Invoice]:
    query = select(Invoice).where(
        Invoice.account_id == account_id, Invoice.status == InvoiceStatus.OPEN
    )
    query = query.order_by(Invoice.due_on, Invoice.number)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _invoices_newest_first(account_id: UUID) -> Sequence[Invoice]:
    query = select(Invoice).where(
        Invoice.account_id == account_id,
        Invoice.status != InvoiceStatus.VOID,
        Invoice.written_off == 0,
        Invoice.total > 0,
    )
    ordered = query.order_by(Invoice.period_start.desc()).limit(24)
    locked = ordered.with_for_update(of=Invoice).execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def _use_credit(invoice: Invoice) -> None:
    wanted = _undisputed(invoice)
    used = min(queries.credit_of(invoice.account_id), wanted)
    if used.amount > 0:
        invoices.pay_from_credit(invoice, used)


def _use_deposits(invoice: Invoice, account: Account, by: Actor) -> None:
    query = select(Deposit).where(
        Deposit.account_id == account.id,
        Deposit.returned_at.is_(None),
        Deposit.used < Deposit.amount,
    )
    query = query.order_by(Deposit.taken_at, Deposit.id).with_for_update()
    held = db.session.scalars(query.execution_options(populate_existing=True)).all()
    for deposit in held:
        used = min(deposit.left, _undisputed(invoice))
        if used.amount > 0:
            _use(deposit, invoice, used, account, by)


def _use(deposit: Deposit, invoice: Invoice, amount: Money, account: Account, by: Actor) -> None:
    deposit.used += amount.amount
    if not deposit.left:
        deposit.returned_at = clock.now()
    use = DepositUse(
        id=new_id(),
        deposit_id=deposit.id,
        invoice_id=invoice.id,
        amount=amount.amount,
        at=clock.now(),
    )
    db.session.add(use)
    audit.record(by, "deposit.used", "account", account.id, amount=amount, invoice=invoice.number)
    events.announce(
        DepositUsed(
            use.id,
            deposit.id,
            account.id,
            account.customer_id,
            invoice.id,
            amount.amount,
            amount.currency,
        )
    )
    invoices.pay_from_held(invoice, amount)


def _undisputed(invoice: Invoice) -> Money:
    """What is due of it and not held: a disputed amount is not taken."""
    due_now = invoice.due.amount - holds.held(invoice.id)
    return Money(max(due_now, 0 * due_now), invoice.currency)
