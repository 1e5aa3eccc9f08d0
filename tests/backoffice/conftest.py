"""Billing administrators' browsers, on the test's rolled-back session."""

import pytest

from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]


@pytest.fixture
def office(sign_in):
    return sign_in(
        name="Bill Okafor", language="en", roles=["billing_administrator"], markets=["MX"]
    )
