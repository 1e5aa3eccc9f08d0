"""What a WSGI server serves."""

from app.factory import create_app

app = create_app()
