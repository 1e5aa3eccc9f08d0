"""Tickets hear conversations in every test here."""

import pytest

from tests.factories.tickets import tickets_listening


@pytest.fixture(autouse=True)
def listening():
    with tickets_listening():
        yield
