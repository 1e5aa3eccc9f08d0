"""`celery -A app.worker worker` runs tasks; `celery -A app.worker beat` sends periodic ones."""

from app.factory import create_app

celery = create_app().extensions["celery"]
