"""Celery's way in."""

from celery import shared_task

from app.privacy.service import erasing, exporting, leftovers, retention


@shared_task(name="privacy.work_off")
def work_off() -> int:
    """Exports that wait, and erasures that were agreed to."""
    return exporting.make_asked() + erasing.carry_out_approved()


@shared_task(name="privacy.retain")
def retain() -> int:
    return exporting.drop_old() + sum(retention.let_go().values())


@shared_task(name="privacy.sweep_files")
def sweep_files() -> int:
    """Of which no row tells."""
    return sum(leftovers.sweep().values())
