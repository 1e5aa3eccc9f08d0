"""`celery -A app.worker worker` runs tasks."""

from app.factory import create_app

DOMAINS = (
    "identity",
    "usage",
    "network",
    "billing",
    "payments",
    "ledger",
    "conversations",
    "tickets",
)

celery = create_app().extensions["celery"]
celery.autodiscover_tasks([f"app.{domain}" for domain in DOMAINS], force=True)
