"""One customer with everything a customer can have."""

from tests.security.conftest import hers, valeria

__all__ = ["hers", "valeria"]
