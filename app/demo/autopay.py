"""Whose bills are paid by themselves: the first on the hosted page, where the method is kept."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.billing.models import Invoice
from app.core import db
from app.core.money import Money
from app.customers.models import Account, Customer
from app.demo.actors import herself
from app.demo.outside import Outside
from app.payments import service as payments
from app.payments.consent import CURRENT
from app.payments.methods import Method
from app.payments.models import SavedMethod

WAYS = {
    "lucia@example.com": Method.CARD,
    "rafael@example.com": Method.CARD,
    "priya@example.com": Method.UPI_INTENT,
}
MOST = {"MX": "5000", "BR": "900", "IN": "9000"}
DECLINED_AT_LAST = "rafael@example.com"
LAST_BILL = timedelta(days=28)  # before the past ends


@dataclass(slots=True)
class AutoPay:
    world: Outside
    accounts: dict[UUID, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def welcome(self, customer: Customer, account: Account) -> None:
        if customer.email in WAYS:
            self.accounts[account.id] = customer.email

    def takes(self, invoice: Invoice) -> bool:
        """Whether nobody else need pay this bill."""
        email = self.accounts.get(invoice.account_id)
        if email is not None and email not in self.tokens:
            self._set_up(invoice, email)
        return email is not None

    def run(self, left: timedelta) -> None:
        """In the evening of a day, when UPI may be debited too; `left` until the past ends."""
        if left == LAST_BILL and DECLINED_AT_LAST in self.tokens:
            self.world.ledger.behave(self.tokens[DECLINED_AT_LAST], "insufficient_funds")
        payments.run_autopay()

    def _set_up(self, invoice: Invoice, email: str) -> None:
        customer, market = invoice.account.customer, invoice.account.market
        payment = payments.start_checkout(
            by=herself(customer),
            invoice_id=invoice.id,
            language=customer.language,
            idempotency_key=f"history:{invoice.id}",
            method=WAYS[email],
            offer_saving=True,
        )
        self.world.pay(payment, save=True)
        saved = select(SavedMethod).where(SavedMethod.customer_id == customer.id)
        method = db.session.scalars(saved).one()
        self.tokens[email] = method.token
        payments.set_up_autopay(
            invoice.account_id,
            by=herself(customer),
            method_id=method.id,
            max_amount=Money.of(MOST[market.code], market.currency),
            consent_version=CURRENT,
        )
