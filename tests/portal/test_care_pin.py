"""A customer chooses the PIN by which she proves on the telephone that it is she."""

import pytest

from app.core import db
from app.selfservice.errors import WrongPin
from app.selfservice.models import CarePin
from app.selfservice.service import pins
from app.web.login import customer_actor
from tests.factories.customers import AccountFactory

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def customer(database):
    return AccountFactory().customer


@pytest.mark.usefixtures("confirmed")
def test_she_chooses_a_pin_and_a_new_one_ends_a_lock(customer, signed_in):
    her, by = signed_in(customer), customer_actor(customer)

    chosen = her.send("/my/pin", pin="2580", again="2580")
    for guess in ("1111", "2222", "3333"):
        with pytest.raises(Exception, match="pin"):
            pins.prove(customer.id, guess, by=by)
    locked = her.see("/my/pin").text
    her.send("/my/pin", pin="8642", again="8642")

    assert chosen.status_code == 303
    assert "Your PIN is locked" in locked
    pins.prove(customer.id, "8642", by=by)
    with pytest.raises(WrongPin):
        pins.prove(customer.id, "2580", by=by)


@pytest.mark.usefixtures("confirmed")
@pytest.mark.parametrize(
    ("pin", "again"), [("1234", "1234"), ("2580", "2581"), ("", ""), ("25", "25")]
)
def test_weak_pins_and_two_different_ones_are_refused(customer, signed_in, pin, again):
    answer = signed_in(customer).send("/my/pin", pin=pin, again=again)

    assert answer.status_code == 400
    assert db.session.get(CarePin, customer.id) is None


def test_her_password_is_asked_for(customer, signed_in):
    answer = signed_in(customer).send("/my/pin", pin="2580", again="2580")

    assert answer.status_code == 428
    assert db.session.get(CarePin, customer.id) is None
