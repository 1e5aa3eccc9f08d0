"""Celery's way in: the watched folder, files that were left, parts that do not come."""

from celery import shared_task

from app.mediation import service, switch


@shared_task(name="mediation.take_in")
def take_in() -> int:
    """Files of the inbox, and those that somebody began and left."""
    inbox = switch.inbox()
    settled = service.take_folder(inbox) if inbox is not None else 0
    return settled + service.finish_abandoned()


@shared_task(name="mediation.flag_missing_parts")
def flag_missing_parts() -> int:
    return service.flag_missing_parts()
