"""Searching everything that the desk knows, as far as whoever asks may see it."""

from app.search.queries.everything import search

__all__ = ["search"]
