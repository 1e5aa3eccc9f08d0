"""The knowledge base for staff: finding and reading, beside the conversation, and writing."""

from app.workspace.knowledge import beside, care, files, reading, shelves, versions, writing

__all__ = ["beside", "care", "files", "reading", "shelves", "versions", "writing"]
