"""What can be done to articles, their files, shelves and words, by readers and by authors."""

from kb.service.arranging import arrange, reviewed
from kb.service.indexing import reindex
from kb.service.publishing import publish, withdraw
from kb.service.reading import note_search, note_use, opened, rate
from kb.service.writing import restore, save, write

__all__ = [
    "arrange",
    "note_search",
    "note_use",
    "opened",
    "publish",
    "rate",
    "reindex",
    "restore",
    "reviewed",
    "save",
    "withdraw",
    "write",
]
