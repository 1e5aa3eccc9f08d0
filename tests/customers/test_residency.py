"""A person's data are seen only by staff of the region where they must stay."""

import pytest

from app.core.errors import NotFound
from app.customers import access, queries
from app.privacy.service import exporting
from tests.factories.actors import administrator
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory


@pytest.fixture
def her(database):
    """She is served in Mexico, and her data must stay in the region of the other market."""
    MarketFactory(code="MX", region="mx")
    MarketFactory(code="ES", region="eu")
    return CustomerFactory(market=MarketFactory(code="MX"), region="eu", name="Elena Faraway")


@pytest.mark.parametrize(
    ("markets", "sees"),
    [(["MX"], False), (["ES"], False), (["MX", "ES"], True), ([], True)],
)
def test_who_sees_a_person_of_another_region(her, markets, sees):
    by = administrator(markets=markets)

    assert (queries.search(by, "Faraway") == [her]) is sees
    if sees:
        assert access.customer_for(by, her.id) is her
        assert exporting.ask(her.id, by=by)
    else:
        for attempt in (access.customer_for, lambda who, what: exporting.ask(what, by=who)):
            with pytest.raises(NotFound):
                attempt(by, her.id)
