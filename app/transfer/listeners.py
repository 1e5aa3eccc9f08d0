"""What moving in does when something is announced."""

from app.transfer.events import JobStarted
from app.transfer.service import jobs


def bring_in(event: JobStarted) -> None:
    """An errand."""
    jobs.run(event.job_id)
