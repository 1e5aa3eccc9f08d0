"""Everybody listens here, as in the application."""

import pytest


@pytest.fixture(autouse=True)
def listening(app):
    return app
