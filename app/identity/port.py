"""What sends a one-time code to a phone or a mailbox."""

from typing import Protocol


class PostDown(Exception):
    """Try again later."""


class CodePost(Protocol):
    def send(self, channel: str, address: str, text: str, *, key: str) -> None:
        """Send once per key. `channel` is sms or email. Raises PostDown."""
