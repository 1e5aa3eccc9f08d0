"""Staff as rows; for a doer without a row see actors.py."""

import factory

from app.core import clock
from app.identity.models import Staff
from tests.factories.base import Factory


class StaffFactory(Factory):
    class Meta:
        model = Staff

    class Params:
        supervisor = factory.Trait(roles=["supervisor"])
        manager = factory.Trait(roles=["manager"])

    email = factory.Sequence("agent{}@aurora.example".format)
    name = factory.Iterator(["Ana Ruiz", "Beto Lima", "Carla Nunes"])
    language = "es"
    speaks = factory.LazyFunction(lambda: ["es", "en"])
    roles = factory.LazyFunction(lambda: ["agent"])
    markets = factory.LazyFunction(lambda: ["MX"])
    password_hash = "not used here"
    totp_secret = "JBSWY3DPEHPK3PXP"
    created_at = factory.LazyFunction(clock.now)
