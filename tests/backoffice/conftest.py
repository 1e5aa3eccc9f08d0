"""Billing administrators' browsers, on the test's rolled-back session."""

import pyotp
import pytest

from app.core import clock
from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]

SECRET = pyotp.random_base32()


def code():
    """What the administrator's authenticator shows at the test's moment."""
    return pyotp.TOTP(SECRET).at(clock.now())


@pytest.fixture
def office(sign_in):
    return sign_in(
        name="Bill Okafor",
        language="en",
        roles=["billing_administrator"],
        markets=["MX"],
        totp_secret=SECRET,
    )
