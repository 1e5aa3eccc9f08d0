"""Whose talk it is, where a person knows better: merged and split, with rights on both sides."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.conversations import queries
from app.conversations.models import Conversation, Verification
from app.conversations.presentation import is_for_customers
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.customers import queries as customers
from app.customers import service as customer_service
from app.messaging.errors import BelongsToSomebody
from app.messaging.service import identities
from tests.factories.actors import administrator, staff
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.fakes import said

VALERIA = "+525512340001"


@pytest.fixture
def manager():
    return staff("supervisor", "manager", markets=["MX"])


@pytest.fixture
def talk(inbox, comes):
    """A stranger's, by SMS."""
    comes(inbox, said("Soy Valeria", provider_id="a"))
    return db.session.scalars(select(Conversation)).one()


def addresses(customer):
    return [(each.value, each.verified_at) for each in customers.addresses_of(customer.id)]


def test_a_strangers_talk_becomes_a_customers_and_proves_nothing(talk, manager):
    her = CustomerFactory()

    identities.merge(talk.id, her.id, by=manager)

    assert (talk.customer_id, talk.verification) == (her.id, Verification.NONE)
    assert addresses(her) == [(VALERIA, None)]
    with pytest.raises(BelongsToSomebody):
        identities.merge(talk.id, CustomerFactory().id, by=manager)


def test_she_is_not_told_whom_we_take_her_for(talk, manager):
    her = CustomerFactory(name="Valeria Soto")
    identities.merge(talk.id, her.id, by=manager)
    identities.split(talk.id, by=manager)

    ours = queries.messages_after(talk.id, 0, for_staff=True)
    hers = queries.messages_after(talk.id, 0, for_staff=False)

    assert [each.extra.get("activity") for each in ours] == [None, "recognised", "split_off"]
    assert [each.body for each in hers] == ["Soy Valeria"]
    assert [each.id for each in ours if is_for_customers(each)] == [each.id for each in hers]


def test_what_was_somebody_else_is_a_strangers_again_and_her_number_is_not_the_customers(
    inbox, comes, manager
):
    her = CustomerFactory()
    customer_service.add_address(her.id, "sms", VALERIA, by=administrator(), verified=True)
    comes(inbox, said("Soy otra", provider_id="a"))
    talk = db.session.scalars(select(Conversation)).one()
    assert talk.verification is Verification.ADDRESS

    identities.split(talk.id, by=manager)
    comes(inbox, said("¿Hola?", provider_id="b"))

    found = db.session.scalars(select(Conversation)).one()
    assert (found.customer_id, found.verification) == (None, Verification.NONE)
    assert addresses(her) == []
    with pytest.raises(BelongsToSomebody):
        identities.split(talk.id, by=manager)


def test_who_signed_in_is_not_split_off(talk, manager):
    talk.customer_id, talk.verification = CustomerFactory().id, Verification.IDENTITY
    db.session.commit()

    with pytest.raises(BelongsToSomebody):
        identities.split(talk.id, by=manager)


def test_rights_are_asked_for_on_both_sides(talk, manager):
    her = CustomerFactory()
    far = CustomerFactory(market=MarketFactory(brazil=True))
    foreign = staff("supervisor", "manager", markets=["BR"])

    for by, customer, refusal in (
        (replace(manager, permissions=manager.permissions - {"customers.update"}), her, Forbidden),
        (foreign, her, NotFound),
        (manager, far, NotFound),
        (administrator(), far, NotFound),
    ):
        with pytest.raises(refusal):
            identities.merge(talk.id, customer.id, by=by)

    assert (talk.customer_id, addresses(her), addresses(far)) == (None, [], [])
