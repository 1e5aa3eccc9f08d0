"""What a WSGI server serves."""

from app.core import heap
from app.factory import create_app

app = create_app()
heap.settle()
