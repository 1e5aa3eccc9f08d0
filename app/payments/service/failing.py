"""A refund that fails after it was confirmed: heard of once, and what was taken off is put back."""

from uuid import UUID

from sqlalchemy import or_, select

from app.core import db
from app.payments.models import CallResult, Payment, Refund, RefundStatus, RefundTo
from app.payments.port import FailedRefund
from app.payments.service import refunding


def payment_of(news: FailedRefund, provider: str) -> UUID:
    """Raises ValueError, NoResultFound, MultipleResultsFound."""
    if news.key is not None:
        query = select(Refund.payment_id).where(Refund.id == UUID(news.key))
    else:
        query = select(Payment.id).where(
            Payment.provider == provider, Payment.transaction_id == news.transaction_id
        )
    return db.session.scalars(query).one()


def apply(payment: Payment, news: FailedRefund) -> CallResult:
    """Of a locked payment. What was given back at the gateway itself was never in our books."""
    failed = _known(payment, news)
    if failed is None:
        return CallResult.NOT_OURS
    if failed.money != news.amount:
        return CallResult.WRONG_AMOUNT
    if failed.status == RefundStatus.REQUESTED:
        # The gateway had taken it, and its answer did not reach us.
        refunding.confirm(payment, failed, news.id)
    if failed.status != RefundStatus.SUCCEEDED:
        return CallResult.NOTHING_NEW
    refunding.fail(payment, failed, news.reason)
    return CallResult.APPLIED


def _known(payment: Payment, news: FailedRefund) -> Refund | None:
    """Whoever changes a refund holds its payment's lock."""
    names = [Refund.provider_reference == news.id]
    if news.key is not None:
        names.append(Refund.id == UUID(news.key))
    query = select(Refund).where(
        Refund.payment_id == payment.id, Refund.goes_to == RefundTo.METHOD, or_(*names)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
