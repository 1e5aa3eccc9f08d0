"""`celery -A app.beat beat` says when periodic work is due.

It knows tasks by their names only, so it holds nothing of the application and starts at once.
"""

from celery import Celery

from app.broker import BROKER
from app.schedule import SCHEDULE
from config import Config

celery = Celery("dialtone", broker=Config().redis_url)
celery.conf.update(**BROKER, beat_schedule=SCHEDULE)
