"""Tickets hear conversations in every test here."""

import pytest

from tests.conversations.conftest import committed  # noqa: F401 - a fixture
from tests.factories.tickets import tickets_listening


@pytest.fixture(autouse=True)
def listening():
    with tickets_listening():
        yield
