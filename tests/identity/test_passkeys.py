"""Passkeys: kept, proved, refused and revoked."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import NotFound
from app.identity import passkeys, switch
from app.identity.errors import BadPasskey, TooManyPasskeys
from app.identity.events import FactorChanged
from app.identity.models import Passkey, SessionKind
from app.identity.passkeys import SIGN_IN, STEP_UP
from app.identity.switch import Site
from tests.billing.committed import at_once
from tests.factories.actors import customer
from tests.factories.authenticator import Authenticator
from tests.factories.identity import StaffFactory
from tests.heard import heard

STAFF = SessionKind.STAFF


@pytest.fixture(autouse=True)
def site():
    before = list(switch._sites)
    switch.open_at(Site("http://localhost", "Aurora"))
    yield
    switch._sites[:] = before


@pytest.fixture
def ana(database):
    return StaffFactory().as_actor()


def added(by, device=None, name="Laptop", bound_to="here", **otherwise):
    device = device or Authenticator()
    options = passkeys.ask_to_register(by, bound_to=bound_to, account="ana@aurora.example")
    passkeys.register(device.make(options, **otherwise), name, by=by, bound_to=bound_to)
    return device


def asked(owner=None, purpose=SIGN_IN, bound_to="here"):
    owner_id = owner.id if owner else None
    return passkeys.ask_to_prove(purpose, STAFF, bound_to=bound_to, owner_id=owner_id)


def proved(credential, purpose=SIGN_IN, bound_to="here"):
    return passkeys.prove(purpose, STAFF, credential, bound_to=bound_to)


def test_a_key_that_was_made_here_proves_whose_it_is(ana):
    with heard(FactorChanged) as said:
        device = added(ana)

    passkey = proved(device.sign(asked()))

    assert passkey.owner_id == ana.id
    assert passkey.used_at is not None
    assert [each.what for each in said] == ["passkey.added"]
    assert db.session.scalars(select(AuditEntry.action)).all() == ["passkey.added"]


def test_several_keys_of_one_person_have_names_and_each_is_good(ana):
    laptop, phone = added(ana), added(ana, name="Phone")

    assert {each.name for each in passkeys.passkeys_of(STAFF, ana.id)} == {"Laptop", "Phone"}
    assert proved(phone.sign(asked(ana))).name == "Phone"
    assert proved(laptop.sign(asked(ana))).name == "Laptop"


def test_an_answer_is_good_once(ana):
    device = added(ana)
    answer = device.sign(asked())
    proved(answer)

    with pytest.raises(BadPasskey):
        proved(answer)


def test_an_answer_is_good_in_the_browser_and_for_the_purpose_that_asked(ana):
    device = added(ana)

    with pytest.raises(BadPasskey):
        proved(device.sign(asked()), bound_to="elsewhere")
    with pytest.raises(BadPasskey):
        proved(device.sign(asked()), purpose=STEP_UP)


@pytest.mark.parametrize(("seconds", "good"), [(299, True), (301, False)])
def test_a_challenge_is_good_for_five_minutes(ana, seconds, good):
    device, options = added(ana), asked()

    with clock.moved_to(clock.now() + timedelta(seconds=seconds)):
        if good:
            assert proved(device.sign(options)).owner_id == ana.id
        else:
            with pytest.raises(BadPasskey):
                proved(device.sign(options))


@pytest.mark.parametrize(
    "otherwise",
    [
        pytest.param({"origin": "https://evil.example"}, id="another site"),
        pytest.param({"rp_id": "evil.example"}, id="another party"),
        pytest.param({"flags": 0}, id="nobody verified by the device"),
        pytest.param({"challenge": "bm90IG91cnM"}, id="a challenge of its own"),
        pytest.param({"count": 0}, id="a counter that stands still"),
        pytest.param({"key": ec.generate_private_key(ec.SECP256R1())}, id="another key"),
    ],
)
def test_what_is_not_signed_here_now_by_this_key_is_refused(ana, otherwise):
    device = added(ana)
    proved(device.sign(asked()))

    with pytest.raises(BadPasskey):
        proved(device.sign(asked(), **otherwise))


@pytest.mark.parametrize(
    "otherwise", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}]
)
def test_no_key_is_made_for_another_site(ana, otherwise):
    with pytest.raises(BadPasskey):
        added(ana, **otherwise)
    assert passkeys.passkeys_of(STAFF, ana.id) == []


def test_a_copied_key_is_found_by_its_counter(ana):
    device = added(ana)
    proved(device.sign(asked(), count=7))

    with pytest.raises(BadPasskey):
        proved(device.sign(asked(), count=6))


def test_an_answer_of_somebody_else_is_refused_where_one_person_was_asked(ana):
    other = StaffFactory().as_actor()
    device = added(other)

    with pytest.raises(BadPasskey):
        proved(device.sign(asked(ana)))


def test_a_customers_key_opens_nothing_of_staff(database):
    device = Authenticator()
    her = customer()
    added(her, device)

    with pytest.raises(BadPasskey):
        proved(device.sign(asked()))


def test_a_revoked_key_opens_nothing_and_only_its_owner_revokes_it(ana):
    device = added(ana)
    (passkey,) = passkeys.passkeys_of(STAFF, ana.id)
    with pytest.raises(NotFound):
        passkeys.revoke(passkey.id, by=StaffFactory().as_actor())

    passkeys.revoke(passkey.id, by=ana)

    with pytest.raises(BadPasskey):
        proved(device.sign(asked()))


def test_a_challenge_to_make_a_key_is_for_one_person_only(ana):
    options = passkeys.ask_to_register(ana, bound_to="here", account="a@b.example")

    with pytest.raises(BadPasskey):
        passkeys.register(
            Authenticator().make(options), "Mine", by=StaffFactory().as_actor(), bound_to="here"
        )


def test_ten_keys_are_enough(ana):
    for number in range(passkeys.MOST):
        added(ana, name=f"Key {number}")

    with pytest.raises(TooManyPasskeys):
        added(ana)


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": {}},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": 5}},
    ],
)
def test_what_is_no_answer_is_refused(database, credential):
    with pytest.raises(BadPasskey):
        proved(credential)


def test_of_twenty_answers_with_one_count_at_once_one_counts(committing):
    by = StaffFactory().as_actor()
    device = added(by)
    answers = [device.sign(asked(), count=1) for _ in range(20)]

    results = at_once(20, lambda number: proved(answers[number]))

    assert sum(isinstance(each, Passkey) for each in results) == 1
    assert sum(isinstance(each, BadPasskey) for each in results) == 19
