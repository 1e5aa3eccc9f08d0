"""What AutoPay does when a payment is decided, in the transaction that decides it."""

from app.payments import service
from app.payments.events import PaymentDeclined, PaymentSucceeded


def autopay_succeeded(event: PaymentSucceeded) -> None:
    service.follow(event.payment_id, declined=False)


def autopay_declined(event: PaymentDeclined) -> None:
    service.follow(event.payment_id, declined=True, code=event.decline_code)
