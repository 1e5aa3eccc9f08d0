"""What can be done to the search."""

from app.search.service.following import follow
from app.search.service.rebuilding import rebuild
from app.search.service.reindexing import reindex

__all__ = ["follow", "rebuild", "reindex"]
