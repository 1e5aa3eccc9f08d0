from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound
from app.customers import access, queries, service
from app.customers.errors import AddressTaken, EmailTaken
from app.customers.events import ContactChanged, CustomerRegistered
from app.customers.models import Customer
from app.identity import passwords
from tests.factories.actors import agent, customer, staff, visitor
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def mexico(database):
    return MarketFactory()


def valeria(**more):
    given = {
        "by": staff("manager"),
        "market_code": "MX",
        "kind": "person",
        "name": "Valeria Soto",
        "email": "valeria@example.com",
        "phone": "55 1234 5678",
        "language": "es",
        "city": "Puebla",
    }
    return service.register(**{**given, **more})


def test_registering_gives_a_reference_an_account_and_a_password():
    with heard(CustomerRegistered) as said:
        made = valeria(password="correct horse battery")

    (account,) = queries.accounts_of(made.id)
    assert made.reference.startswith("C-")
    assert made.phone == "+525512345678"
    assert (account.currency, account.market_code) == ("MXN", "MX")
    assert passwords.matches("correct horse battery", made.password_hash)
    assert said == [CustomerRegistered(made.id, "MX", made.created_at)]


def test_an_email_address_belongs_to_one_customer_whatever_its_case():
    valeria()

    with pytest.raises(EmailTaken):
        valeria(email="VALERIA@example.com")

    assert db.session.scalar(select(func.count()).select_from(Customer)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "valeria"},
        {"phone": "12"},
        {"name": "  "},
        {"name": "Vale\x00ria"},
        {"name": "\ud800"},
        {"language": "xx"},
        {"billing_day": 32},
        {"billing_day": 0},
        {"phone": "5512345"},
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(wrong):
    with pytest.raises(Invalid):
        valeria(**wrong)

    assert db.session.scalar(select(func.count()).select_from(Customer)) == 0


def test_an_agent_may_not_register_customers():
    with pytest.raises(Forbidden):
        valeria(by=agent())


def test_changing_a_contact_records_before_and_after():
    made = valeria()

    with heard(ContactChanged) as said:
        service.change_contact(made.id, by=customer(id=made.id), city="Toluca", name="Valeria Soto")

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "customer.contact_changed")
    ).one()
    assert entry.changes == {"city": ["Puebla", "Toluca"]}
    assert [(each.customer_id, each.fields) for each in said] == [(made.id, ("city",))]


@pytest.mark.parametrize("field", ["email", "phone", "city", "name", "language"])
def test_a_contact_is_never_left_empty(field):
    made = valeria()
    before = getattr(made, field)

    with pytest.raises(Invalid):
        service.change_contact(made.id, by=customer(id=made.id), **{field: ""})

    db.session.expire_all()
    assert getattr(db.session.get_one(Customer, made.id), field) == before


def test_an_address_is_added_once_and_never_to_two_customers():
    made, other = valeria(), CustomerFactory()
    by = staff("manager")

    first = service.add_address(made.id, "telegram", "4711", by=by)
    again = service.add_address(made.id, "telegram", "4711", by=by, verified=True)

    assert first.id == again.id
    assert again.verified_at is not None
    with pytest.raises(AddressTaken):
        service.add_address(other.id, "telegram", "4711", by=by)


def test_a_customer_sees_herself_and_nobody_else():
    made, other = CustomerFactory(), CustomerFactory()

    assert access.customer_for(customer(id=made.id), made.id) is made
    for stranger in (customer(id=other.id), staff("agent", markets=["BR"]), visitor()):
        with pytest.raises(NotFound):
            access.customer_for(stranger, made.id)
    with pytest.raises(NotFound):
        access.customer_for(agent(), UUID(int=7))


def test_an_account_is_found_by_its_customer_only():
    made = valeria()
    (account,) = queries.accounts_of(made.id)

    assert access.account_for(customer(id=made.id), account.id) is account
    with pytest.raises(NotFound):
        access.account_for(customer(), account.id)
