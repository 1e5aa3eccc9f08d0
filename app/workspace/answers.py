"""Answers of commands that change something elsewhere on the page."""

from app.web.htmx import told

__all__ = ["told"]
