"""A billing administrator's browser, on the test's rolled-back session."""

import pytest

from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]  # a fixture of more than one folder


@pytest.fixture
def office(sign_in):
    return sign_in(roles=["billing_administrator"], name="Bill Okafor", language="en")
