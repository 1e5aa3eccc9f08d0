"""Celery's way in."""

from datetime import timedelta

from celery import shared_task

from app.core import clock, db
from app.core.turns import alone
from app.insights import exporting, live, mailing, quality, surveys
from app.insights.rollups import rolling

# Told anew every few hours, whatever was missed.
_MENDED = timedelta(days=2)


@shared_task(name="insights.roll_up")
def roll_up() -> int:
    """Beat runs this every minute; while another is at it, this one has nothing to do."""
    with alone(b"insights.roll_up") as taken:
        return rolling.roll_up() if taken else 0


@shared_task(name="insights.mend")
def mend() -> int:
    """Beat runs this every six hours."""
    with alone(b"insights.roll_up") as taken:
        now = clock.now()
        return rolling.recompute(now - _MENDED, now) if taken else 0


@shared_task(name="insights.export")
def export() -> int:
    """Beat runs this every ten seconds, and whoever asks for a table has it run at once."""
    made = exporting.carry_out()
    db.session.rollback()
    return made


@shared_task(name="insights.forget_exports")
def forget_exports() -> int:
    """Beat runs this every hour."""
    return exporting.forget_old()


@shared_task(name="insights.mail_reports")
def mail_reports() -> int:
    """Beat runs this every minute."""
    return mailing.send_due()


@shared_task(name="insights.ask_customers")
def ask_customers() -> int:
    """Beat runs this every minute."""
    return surveys.ask_due()


@shared_task(name="insights.tick_boards")
def tick_boards() -> int:
    """Beat runs this every two seconds: counted once, whoever looks."""
    return live.tick()


@shared_task(name="insights.draw_samples")
def draw_samples() -> int:
    """Beat runs this every hour; a week is drawn once."""
    return quality.draw()
