"""What messaging does when something is announced."""

from app.conversations.events import MessagePosted
from app.conversations.models import Author
from app.messaging.events import DeliveryQueued, FilesPending
from app.messaging.service import chat_mail, continuing, files, queueing, sending


def queue_said(event: MessagePosted) -> None:
    """In the transaction that says it."""
    queueing.queue_said(event)
    if event.author == Author.AGENT and event.channel == chat_mail.WEBCHAT:
        continuing.expect_reading(event)
    if event.author == Author.CUSTOMER and event.channel != chat_mail.WEBCHAT:
        chat_mail.come_back(event)


def send_queued(event: DeliveryQueued) -> None:
    """An errand."""
    sending.send_lane(event.lane)


def fetch_files(event: FilesPending) -> None:
    """An errand."""
    files.fetch_for(event.message_id)
