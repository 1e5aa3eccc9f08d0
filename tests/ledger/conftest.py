"""The books on the test's rolled-back session, with everybody listening."""

import pytest
from sqlalchemy import text

from app.core import db
from app.ledger import service
from tests.payments.conftest import gateway, nobody, plugged, world

__all__ = ["gateway", "nobody", "plugged", "world"]  # fixtures of payments


@pytest.fixture
def proved():
    """Prove the books: the differences that there are. The database checks each entry at once."""

    def prove():
        service.prove()
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        from app.ledger import proofs

        return proofs.differences()

    return prove
