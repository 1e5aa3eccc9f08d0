"""Listening to what domains announce."""

from contextlib import contextmanager

from app.core import events


@contextmanager
def heard(*kinds):
    """Collect events of these kinds announced in the block, also those later rolled back."""
    said = []
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {
        **before,
        **{kind: [*before.get(kind, ()), said.append] for kind in kinds},
    }
    try:
        yield said
    finally:
        tables.in_transaction = before
