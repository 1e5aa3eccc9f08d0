import pytest

from app.customers import queries
from tests.factories.actors import agent, customer, staff
from tests.factories.customers import CustomerFactory


@pytest.fixture
def munoz(database):
    CustomerFactory(name="Pedro Páramo", phone="+525511112222", reference="C-000999")
    return CustomerFactory(
        name="María José Muñoz",
        email="mj.munoz@example.mx",
        phone="+525587654321",
        reference="C-000123",
    )


@pytest.mark.parametrize(
    "text",
    [
        "munoz",
        "MUÑOZ mar",
        "maria jo",
        "C-000123",
        "c123",
        "123",
        "mj.munoz@",
        "MJ.Munoz@example.mx",
        "8765 4321",
        "+52 55 8765 4321",
    ],
)
def test_a_customer_is_found_by_what_she_says_of_herself(munoz, text):
    assert queries.search(agent(), text) == [munoz]


@pytest.mark.parametrize("text", ["", "  ", "%", "\x00", "\ud800", "&|!():*'\\", "_______", "xyz"])
def test_what_names_nobody_finds_nobody(munoz, text):
    assert queries.search(agent(), text) == []


def test_a_search_stays_within_the_markets_of_the_actor(munoz):
    assert queries.search(staff("agent", markets=["BR"]), "munoz") == []
    assert queries.search(staff("agent", markets=["MX"]), "munoz") == [munoz]
    assert queries.search(customer(), "munoz") == []
    assert queries.search(customer(id=munoz.id), "munoz") == [munoz]


def test_an_email_is_looked_up_in_any_case(munoz):
    assert queries.by_email(" MJ.MUNOZ@example.mx ") is munoz
    assert queries.by_reference("C-000123") is munoz
    assert queries.by_email("nobody@example.mx") is None
