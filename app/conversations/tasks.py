"""Celery's way in."""

from celery import shared_task

from app.conversations.service import attachments, covering, drafts, memory, turn
from app.core.actor import SYSTEM


@shared_task(name="conversations.hand_over_the_waiting")
def hand_over_the_waiting() -> int:
    """The watchdog of the bot. Beat runs this every second."""
    return turn.hand_over_the_waiting()


@shared_task(name="conversations.hand_over_the_stuck")
def hand_over_the_stuck() -> int:
    """Whoever the first watchdog missed. Beat runs this every minute."""
    return turn.hand_over_the_stuck()


@shared_task(name="conversations.forget_bot_memory")
def forget_bot_memory() -> int:
    """Beat runs this once a day."""
    return memory.forget_old()


@shared_task(name="conversations.drop_unsent_uploads")
def drop_unsent_uploads() -> int:
    """Beat runs this every hour."""
    return attachments.drop_unsent()


@shared_task(name="conversations.cover_told_secrets")
def cover_told_secrets() -> int:
    """Beat runs this every minute."""
    return covering.cover_due()


@shared_task(name="conversations.forget_drafts")
def forget_drafts() -> int:
    """Beat runs this once a day."""
    return drafts.forget_old(by=SYSTEM)
