"""The care PIN: chosen where a customer is signed in, tried where she is only a voice."""

from itertools import pairwise
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.customers import access as customers
from app.selfservice.errors import NoPin, PinLocked, WeakPin, WrongPin
from app.selfservice.models import CarePin

SHORTEST, LONGEST = 4, 8
MOST_FAILURES = 3

# As passwords are kept; a PIN is too short for their rules.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def choose(customer_id: UUID, pin: str, *, by: Actor) -> CarePin:
    """A new PIN, which also ends a lock. Whoever calls has asked who she is. Raises WeakPin."""
    check(pin)
    hashed = _hasher.hash(pin)
    with db.transaction():
        customer = customers.customer_for(by, customer_id, "portal.enter", lock=True)
        found = db.session.get(CarePin, customer.id, populate_existing=True)
        if found is None:
            found = CarePin(customer_id=customer.id)
            db.session.add(found)
        found.pin_hash, found.failures, found.locked_at = hashed, 0, None
        found.set_at = clock.now()
        audit.record(by, "care_pin.chosen", "customer", customer.id)
    return found


def prove(customer_id: UUID, pin: str, *, by: Actor) -> None:
    """Count a try, and raise WrongPin unless it is right, PinLocked from the third wrong one on.

    The row is held while it is tried, so that tries in parallel count one after the other.
    """
    with db.transaction():
        found = db.session.get(CarePin, customer_id, with_for_update=True, populate_existing=True)
        if found is None:
            raise NoPin
        if found.locked_at is not None:
            raise PinLocked
        right = _matches(pin, found.pin_hash)
        if right:
            found.failures = 0
            return
        found.failures += 1
        locked = found.failures >= MOST_FAILURES
        if locked:
            found.locked_at = clock.now()
        audit.record(by, "care_pin.failed", "customer", customer_id, failures=found.failures)
    raise PinLocked if locked else WrongPin  # after the commit: the count stays


def pin_of(customer_id: UUID) -> CarePin | None:
    return db.session.get(CarePin, customer_id, populate_existing=True)


def has_pin(customer_id: UUID) -> bool:
    return pin_of(customer_id) is not None


def check(pin: str) -> None:
    """Raises WeakPin: no digits, too few or many, one repeated, a row, or a pair twice."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise WeakPin
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps <= {0} or steps <= {1} or steps <= {9} or pin[:2] * 2 == pin:
        raise WeakPin


def _matches(pin: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, pin[:64])
    except (VerifyMismatchError, InvalidHashError):
        return False
