"""Counting what is sent to the database."""

from contextlib import contextmanager

from sqlalchemy import event

_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK TO")


@contextmanager
def statements(session):
    """Collect the SQL sent in the block, without savepoints and a look at the keys now and then."""
    engine, sent = session.get_bind().engine, []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(_OF_TRANSACTIONS) and "data_key" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
