"""What sends codes and letters to a phone or a mailbox, and the operator's own sign-on."""

from dataclasses import dataclass
from typing import Protocol


class PostDown(Exception):
    """Try again later."""


class CodePost(Protocol):
    def send(self, channel: str, address: str, text: str, *, key: str) -> None:
        """Send once per key. `channel` is sms or email. Raises PostDown."""


class SignOnDown(Exception):
    """The provider does not answer, or answers what is no answer."""


class SignOnUntrusted(Exception):
    """What it said is not for us, not from it, not now, or not what was asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider knows: `subject` never means anybody else at this `issuer`."""

    issuer: str
    subject: str
    email: str
    email_verified: bool


class SignOn(Protocol):
    """`metadata` is what the provider must know of us, for one that posts its answers; else empty.

    A posted answer is kept until the browser that left is back, and then is the code.
    """

    name: str

    @property
    def metadata(self) -> str: ...

    def begin(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is to go. Raises SignOnDown."""

    def finish(self, *, code: str, nonce: str, verifier: str) -> Known:
        """Who came back with this code. Raises SignOnDown, SignOnUntrusted."""
