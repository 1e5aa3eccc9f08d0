"""Celery's way in."""

from celery import shared_task

from app.conversations.service import attachments, turn


@shared_task(name="conversations.hand_over_the_waiting")
def hand_over_the_waiting() -> int:
    """The watchdog of the bot. Beat runs this every second."""
    return turn.hand_over_the_waiting()


@shared_task(name="conversations.drop_unsent_uploads")
def drop_unsent_uploads() -> int:
    """Beat runs this every hour."""
    return attachments.drop_unsent()
