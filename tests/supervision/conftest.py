"""Supervisors' browsers, on the test's rolled-back session."""

from tests.insights.conftest import heard_as
from tests.workspace.conftest import desk, sign_in

__all__ = ["desk", "heard_as", "sign_in"]
