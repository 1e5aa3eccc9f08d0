"""Billing administrators in their browsers."""

from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]  # a fixture of both
