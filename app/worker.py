"""`celery -A app.worker worker`: carries out tasks, each in the application's context."""

from pathlib import Path

from app.core import heap
from app.factory import create_app

DOMAINS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/tasks.py"))

celery = create_app().extensions["celery"]
celery.autodiscover_tasks([*(f"app.{domain}" for domain in DOMAINS), "kb"], force=True)
heap.settle()
