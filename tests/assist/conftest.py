"""Solved tickets to learn from, as an operator has them after some weeks."""

import random
from datetime import timedelta

import pytest

from app.core import clock, db
from app.core.actor import SYSTEM
from app.demo.cases.solved import invented
from app.tickets import setup
from app.tickets.models import Status
from app.tickets.service import configuring
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.tickets.conftest import listening
from tests.workspace.conftest import desk, sign_in

__all__ = ["desk", "listening", "sign_in"]

PATHS = {
    "Red": ("Móvil", "Fibra"),
    "Facturación": ("Cargos", "Pagos"),
    "Cuenta": ("Datos del titular", "Contrato"),
}


@pytest.fixture
def branches(database):
    """The operator's categories: by path, their ids."""
    MarketFactory()
    for name, below in PATHS.items():
        top = configuring.add_category(name, by=SYSTEM)
        for each in below:
            configuring.add_category(each, by=SYSTEM, parent_id=top.id)
    return {each.path: each.category.id for each in setup.tree()}


@pytest.fixture
def solved(branches):
    """`solved("es", 120)`: so many, one an hour, the last of them an hour ago."""

    def solve(language="es", count=120, *, seed=7, until=None, **more):
        begins = (until or clock.now()) - timedelta(hours=count)
        for hour, told in enumerate(invented(language, count, random.Random(seed))):
            at = begins + timedelta(hours=hour)
            said = {
                "subject": told.subject,
                "summary": told.summary,
                "resolution": told.resolution,
                "category_id": branches[told.category],
                "impact": told.impact,
                "urgency": told.urgency,
                "language": language,
            }
            db.session.add(lone_ticket(**{**said, **more}, created_at=at, resolved_at=at))
        db.session.commit()

    return solve


def lone_ticket(**more):
    """Of nobody in particular and without a talk; solved, unless said otherwise. Not stored yet."""
    usual = {"talk": None, "market_code": "MX", "customer_id": None, "conversation_id": None}
    return TicketFactory.build(**{"status": Status.RESOLVED, **usual, **more})
