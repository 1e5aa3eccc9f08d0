"""What messaging does when something is announced."""

from app.conversations.events import MessagePosted
from app.messaging.events import DeliveryQueued, FilesPending
from app.messaging.service import files, queueing, sending


def queue_said(event: MessagePosted) -> None:
    """In the transaction that says it."""
    queueing.queue_said(event)


def send_queued(event: DeliveryQueued) -> None:
    """An errand."""
    sending.send_lane(event.lane)


def fetch_files(event: FilesPending) -> None:
    """An errand."""
    files.fetch_for(event.message_id)
