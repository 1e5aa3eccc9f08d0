"""Doers for tests."""

from app.core.actor import Actor, Kind
from app.core.ids import new_id
from app.identity.permissions import CUSTOMER, VISITOR, permissions_of


def staff(*roles, markets=(), name="Ana Ruiz", id=None, language="en"):
    return Actor(
        Kind.STAFF,
        id or new_id(),
        name,
        permissions_of(list(roles)),
        frozenset(markets),
        language,
        frozenset(roles),
    )


def agent(**more):
    return staff("agent", **more)


def administrator(**more):
    return staff("administrator", **more)


def customer(id=None, name="Valeria Soto"):
    return Actor(Kind.CUSTOMER, id or new_id(), name, CUSTOMER)


def visitor(id=None):
    return Actor(Kind.VISITOR, id or new_id(), "Visitor", VISITOR)
