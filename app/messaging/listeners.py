"""What messaging does when something is announced."""

from app.conversations.events import HandedOver, MessagePosted, MessagesRead, WordsCovered
from app.conversations.models import Author
from app.messaging.events import DeliveryQueued, FilesPending, ReadMarkDue
from app.messaging.service import (
    chat_mail,
    continuing,
    files,
    hours,
    queueing,
    read_marks,
    sending,
)


def queue_said(event: MessagePosted) -> None:
    """In the transaction that says it."""
    queueing.queue_said(event)
    if event.author == Author.AGENT and event.channel == chat_mail.WEBCHAT:
        continuing.expect_reading(event)
    if event.author == Author.CUSTOMER and event.channel != chat_mail.WEBCHAT:
        chat_mail.come_back(event)


def cover_words(event: WordsCovered) -> None:
    """In the transaction that covers them."""
    queueing.cover(event.message_id)


def show_read(event: ReadMarkDue) -> None:
    """An errand."""
    read_marks.show(event.conversation_id, event.seq)


def messages_read(event: MessagesRead) -> None:
    """In the transaction that notes it."""
    read_marks.expect(event)


def say_when_back(event: HandedOver) -> None:
    """In the transaction that hands over."""
    hours.be_honest(event)


def send_queued(event: DeliveryQueued) -> None:
    """An errand."""
    sending.send_lane(event.lane)


def fetch_files(event: FilesPending) -> None:
    """An errand."""
    files.fetch_for(event.message_id)
