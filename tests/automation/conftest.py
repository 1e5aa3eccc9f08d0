"""Everybody listens here, as in the application; nobody is woken: `work_off` does the work."""

import pytest

from app.automation import watching


@pytest.fixture(autouse=True)
def listening(app):
    watching.look_again()
    yield
    watching.look_again()
