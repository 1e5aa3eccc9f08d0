"""What the service that confirms identities is to the rest of the application."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is the service's own code for a no, such as `not_found` or `name_differs`."""

    verified: bool
    reason: str | None = None


class IdentityServiceDown(Exception):
    """Try again later: no answer, or one that is not to be believed."""


class IdentityService(Protocol):
    def check(
        self, check_id: UUID, attempt: int, *, paper: str, number: str, name: str, country: str
    ) -> Verdict:
        """Ask once per check and attempt, however often it is repeated.

        `country` is an ISO code. Raises IdentityServiceDown.
        """
