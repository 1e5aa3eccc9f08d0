"""`celery -A app.worker worker` runs tasks."""

from app.factory import create_app

DOMAINS = ("subscriptions", "usage", "network", "billing", "payments", "conversations", "tickets")

celery = create_app().extensions["celery"]
celery.autodiscover_tasks([f"app.{domain}" for domain in DOMAINS], force=True)
