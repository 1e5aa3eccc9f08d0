"""Money that somebody must decide about: disputes, refunds, cash, chargebacks, plans, vouchers."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.billing import queries as billing_queries
from app.billing.models import Charge, ChargeKind, Invoice, InvoiceStatus
from app.billing.service import deposits
from app.billing.service import disputes as disputing
from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers import queries as customers
from app.customers.models import Customer, CustomerKind
from app.demo.actors import colleague, herself, named
from app.demo.households import COMPANY
from app.demo.outside import Outside
from app.payments import service as payments
from app.payments.models import Payment, PaymentStatus, RefundTo
from app.payments.service import vouchers
from app.payments.statements import HEADER
from app.subscriptions.models import Line, LineStatus

VOUCHERS = 50


def arrange(world: Outside) -> None:
    _dispute()
    _ask_refund()
    _receive_cash()
    _charge_back(world)
    _agree_plan()
    _sell_vouchers()
    _hold_deposit()


def _dispute() -> None:
    """The company's newest bill is disputed; about one of Priya's Bill has decided."""
    company, priya = named(COMPANY), named("priya@example.com")
    with clock.moved_to(clock.now() - timedelta(days=2)):
        for invoice in _bills(company)[:1]:
            reason = "La línea 014 estuvo de baja la mitad del mes."
            charge = _charge_of(invoice)
            disputing.dispute(invoice.id, charge.id, None, reason, by=herself(company))
    with clock.moved_to(clock.now() - timedelta(days=6)):
        for invoice in _bills(priya)[:1]:
            charge, reason = _charge_of(invoice), "I was abroad and the line did not work there."
            asked = Money.of("200", invoice.currency)
            opened = disputing.dispute(invoice.id, charge.id, asked, reason, by=herself(priya))
            half = Money.of("100", invoice.currency)
            answer = "The outage took half of those days; we give these back."
            disputing.decide(opened.id, half, answer, by=colleague("bill"))


def _ask_refund() -> None:
    """More than Marta may give back alone: Bill or another must agree."""
    account = customers.accounts_of(named(COMPANY).id)[0]
    query = select(Payment).where(
        Payment.account_id == account.id, Payment.status == PaymentStatus.SUCCEEDED
    )
    for payment in db.session.scalars(query.order_by(Payment.created_at.desc()).limit(1)):
        with clock.moved_to(clock.now() - timedelta(hours=4)):
            payments.ask_refund(
                payment.id,
                by=colleague("marta"),
                amount=Money.of("3480", payment.currency),
                reason="Pagaron dos veces doce líneas por transferencia.",
                goes_to=RefundTo.BANK,
            )


def _receive_cash() -> None:
    """A transfer names its bill, one mistypes it, one says nothing of use."""
    open_bills = _open_bills("MX")[:2]
    if len(open_bills) < 2:
        return
    named_bill, mistyped = open_bills
    wrong = mistyped.number[:-1] + "O"
    today = clock.today("America/Mexico_City").isoformat()
    rows = (
        (named_bill.due.amount, named_bill.account.customer.name, named_bill.number, "SPEI0001"),
        (mistyped.due.amount, mistyped.account.customer.name, wrong, "SPEI0002"),
        (Decimal("350.00"), "Deposito en ventanilla", "", "SPEI0003"),
    )
    lines = [",".join(HEADER)]
    for amount, payer, reference, transaction in rows:
        lines.append(f"{today},{amount:.2f},MXN,{payer},{reference},{transaction}")
    lines.append(f"TOTAL,{sum(row[0] for row in rows):.2f},,,{len(rows)},")
    payments.import_statement("MX", "\n".join(lines).encode(), by=colleague("bill"))


def _charge_back(world: Outside) -> None:
    """Paid on the hosted page, and taken back by the payer's bank a day later."""
    for invoice in _open_bills("BR")[:1]:
        customer = invoice.account.customer
        with clock.moved_to(clock.now() - timedelta(days=1)):
            payment = payments.start_checkout(
                by=herself(customer),
                invoice_id=invoice.id,
                language=customer.language,
                idempotency_key=f"demo:{invoice.id}",
            )
            checkout = world.pay(payment)
        world.take_back(checkout)


def _agree_plan() -> None:
    hugo = named("hugo@example.com")
    account = customers.accounts_of(hugo.id)[0]
    with clock.moved_to(clock.now() - timedelta(hours=6)):
        offer = payments.offer_plan(account.id, by=herself(hugo))
        if offer is not None:
            payments.agree_plan(account.id, min(3, max(offer.choices)), by=herself(hugo))


def _sell_vouchers() -> None:
    bill, end = colleague("bill"), clock.today("America/Mexico_City") + timedelta(days=365)
    with clock.moved_to(clock.now() - timedelta(days=9)):
        value = Money.of("100", "MXN")
        _, codes = vouchers.generate(
            "MX",
            by=bill,
            name="Tiendas de barrio 2026",
            value=value,
            count=VOUCHERS,
            expires_on=end,
        )
    with clock.moved_to(clock.now() - timedelta(days=3)):
        for code, line_id in zip(codes, _prepaid_lines("MX"), strict=False):
            vouchers.redeem(code, line_id, by=SYSTEM)


def _hold_deposit() -> None:
    account = customers.accounts_of(named("rafael@example.com").id)[0]
    with clock.moved_to(clock.now() - timedelta(days=30)):
        amount = Money.of("120", account.currency)
        deposits.take_deposit(account.id, amount, by=colleague("bill"), effect_key="demo:deposit")


def _bills(customer: Customer) -> Sequence[Invoice]:
    """The newest first."""
    return billing_queries.invoices_of(customer_id=customer.id)


def _charge_of(invoice: Invoice) -> Charge:
    """Its dearest monthly price."""
    query = select(Charge).where(
        Charge.invoice_id == invoice.id, Charge.kind == ChargeKind.RECURRING
    )
    return max(db.session.scalars(query), key=lambda charge: (charge.amount, charge.description))


def _open_bills(market: str) -> Sequence[Invoice]:
    """Of people without a story, not due yet, the dearest first."""
    query = select(Invoice).where(
        Invoice.market_code == market,
        Invoice.status == InvoiceStatus.OPEN,
        Invoice.due_on > clock.today("UTC"),
        Invoice.total > 0,
    )
    found = db.session.scalars(query.order_by(Invoice.total.desc(), Invoice.number)).all()
    return [each for each in found if _is_nobody(each.account.customer)]


def _is_nobody(customer: Customer) -> bool:
    return customer.kind is CustomerKind.PERSON and customer.email[-13].isdigit()


def _prepaid_lines(market: str) -> Sequence[UUID]:
    query = select(Line.id).where(
        Line.market_code == market, Line.mode == Mode.PREPAID, Line.status == LineStatus.ACTIVE
    )
    return db.session.scalars(query.order_by(Line.number).limit(4)).all()
