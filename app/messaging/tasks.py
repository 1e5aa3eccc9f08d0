"""Celery's way in."""

from celery import shared_task

from app.messaging.service import (
    continuing,
    enclosures,
    files,
    forgetting,
    links,
    notices,
    polling,
    receipts,
    sending,
    understanding,
)

READ_CALLS = "messaging.read_calls"


@shared_task(name=READ_CALLS)
def read_calls() -> int:
    """Whenever a call came, and every other second for those nobody was woken for."""
    return understanding.read_waiting()


@shared_task(name="messaging.send_due")
def send_due() -> int:
    """What is to be tried again, and what nobody was woken for."""
    lanes = sending.lanes_due()
    for lane in lanes:
        send_lane.delay(lane)
    return len(lanes)


@shared_task(name="messaging.send_lane")
def send_lane(lane: str) -> int:
    return sending.send_lane(lane)


@shared_task(name="messaging.take_on_notices")
def take_on_notices() -> int:
    return notices.take_on()


@shared_task(name="messaging.give_up_old_notices")
def give_up_old_notices() -> int:
    return notices.give_up_old()


@shared_task(name="messaging.mail_unread")
def mail_unread() -> int:
    """Answers in the widget that nobody came back to read."""
    return continuing.mail_unread()


@shared_task(name="messaging.fetch_files")
def fetch_files() -> int:
    return files.fetch_due()


@shared_task(name="messaging.ask_mailboxes")
def ask_mailboxes() -> int:
    """Providers that do not call are asked for what came."""
    return polling.ask_all()


@shared_task(name="messaging.forget")
def forget() -> int:
    """Raw calls, receipts and files that nobody needs any more."""
    return (
        forgetting.forget_calls()
        + receipts.forget_early()
        + links.forget_expired()
        + enclosures.forget()
    )
